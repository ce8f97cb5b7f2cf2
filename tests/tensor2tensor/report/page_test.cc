#include "tensor2tensor/report/page.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "tensor2tensor/report/aligned_rows.h"
#include "tensor2tensor/report/problem_card.h"
#include "tensor2tensor/report/spectrogram.h"

namespace t2t {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

json Metric(double value, double margin, bool higher) {
  return {{"value", value},
          {"low", value - margin},
          {"high", value + margin},
          {"higher_is_better", higher}};
}

json Target(double model, double frequent, double nearest, bool higher) {
  const std::string name = higher ? "accuracy" : "sequence_error";
  return {
      {"modality", "text"},
      {"tf_loss", 0.31},
      {"bits_per_byte", 0.9},
      {"primary", name},
      {"decode", {{"method", "sample"}, {"candidates", "32"}, {"utility", "chrf"}}},
      {"metrics", {{name, Metric(model, 1, higher)}}},
      {"baselines",
       {{"most_frequent", {{"examples", 500}, {"metrics", {{name, Metric(frequent, 1, higher)}}}}},
        {"nearest_neighbour",
         {{"examples", 100},
          {"metrics", {{name, Metric(nearest, 1, higher)}}},
          {"lead", {{name, Metric(higher ? model - nearest : nearest - model, 1.5, true)}}}}}}}};
}

json Evaluation(const json& target) {
  return {{"split", "test"},
          {"step", 1200},
          {"parameters", 4100000},
          {"seconds_trained", 355.1},
          {"run", {{"revision", "abc123"}, {"processor", "A processor"}, {"threads", 2}}},
          {"problems",
           {{"g2p",
             {{"summary", "words to phones"},
              {"revision", 1},
              {"examples", 500},
              {"licence", "BSD"},
              {"inputs", {{"word", "text"}}},
              {"targets", {{"phones", target}}}}}}}};
}

std::string Render(const json& evaluation, const std::vector<json>& log = {}) {
  const auto html = RenderReport(evaluation, log, "run");
  EXPECT_TRUE(html.ok()) << html.status();
  return html.ok() ? *html : "";
}

TEST(RenderReport, SaysWhatWasTrainedAndHowWell) {
  const std::string html = Render(Evaluation(Target(27.1, 99.8, 84.2, false)));
  for (const char* fragment :
       {"<title>run: One model, one problem</title>", "<dt>parameters</dt><dd>4.1 million</dd>",
        "<dt>training steps</dt><dd>1,200</dd>", "<dt>training time</dt><dd>5 min 55 s</dd>",
        "<dt>processor, 2 threads</dt>", "<p class=\"metric-name\">Sequence error</p>",
        "<p class=\"big\">27.1<span> %</span></p>", "95&nbsp;% interval 26.1 to 28.1",
        "↓ lower is better", "500 test examples",
        "Better than both baselines: 57.1 points below the nearest neighbour baseline on the same "
        "100 examples",
        "<small>on 100 examples</small>", "Teacher-forced loss <b>0.310</b>",
        "<b>0.900</b> bits per byte", "Decoded by <b>sample</b>: candidates 32, utility chrf.",
        "<span class=\"port\"><b>word</b> text</span>", "<td><bdi>BSD</bdi></td>"}) {
    EXPECT_THAT(html, HasSubstr(fragment));
  }
  EXPECT_THAT(html, Not(HasSubstr("class=\"verdict below\"")));
}

// The bars share one scale: 100 where the values are percentages above 50.
TEST(RenderReport, DrawsBarsOnOneScale) {
  const std::string html = Render(Evaluation(Target(60, 20, 40, true)));
  EXPECT_THAT(html, HasSubstr("<i class=\"fill\" style=\"width:60.00%\"></i>"
                              "<i class=\"whisker\" style=\"left:59.00%;width:2.00%\"></i>"));
  EXPECT_THAT(html, HasSubstr("<i class=\"fill\" style=\"width:20.00%\"></i>"));
}

TEST(CompareWithBaselines, SaysInWordsWhatIsBelow) {
  const Verdict worse = CompareWithBaselines(Target(30, 10, 36.4, true), "accuracy");
  EXPECT_TRUE(worse.below);
  EXPECT_EQ(worse.words,
            "6.4 points worse than the nearest neighbour baseline on the same 100 examples (95 % "
            "interval of the lead -7.9 to -4.9).");
  EXPECT_TRUE(CompareWithBaselines(Target(50, 99, 40, false), "sequence_error").below);
  const Verdict equal = CompareWithBaselines(Target(36.4, 10, 36.4, true), "accuracy");
  EXPECT_FALSE(equal.below);
  EXPECT_TRUE(equal.tied);
  EXPECT_THAT(equal.words, StartsWith("No better than the nearest neighbour baseline"));
  EXPECT_THAT(
      Render(Evaluation(Target(30, 10, 36.4, true))),
      AllOf(HasSubstr("✗ Worse than a baseline."), HasSubstr("6.4 points worse than the nearest")));
}

TEST(CompareWithBaselines, SaysWhereChanceMayBeAtWork) {
  EXPECT_EQ(CompareWithBaselines(Target(41, 10, 40, true), "accuracy").words,
            "Better than both baselines: 1.0 points above the nearest neighbour baseline on the "
            "same 100 examples (95 % interval of the lead -0.5 to 2.5, so this may be chance).");
  EXPECT_THAT(CompareWithBaselines(Target(43, 10, 40, true), "accuracy").words,
              EndsWith("(95 % interval of the lead 1.5 to 4.5)."));
  EXPECT_THAT(CompareWithBaselines(Target(39, 99, 40, false), "sequence_error").words,
              EndsWith("so this may be chance)."));
  EXPECT_EQ(CompareWithBaselines(json::object(), "accuracy").words, "");
  EXPECT_TRUE(CompareWithBaselines(Target(41, 10, 40, true), "accuracy").unsure);
  EXPECT_FALSE(CompareWithBaselines(Target(43, 10, 40, true), "accuracy").unsure);
  EXPECT_FALSE(CompareWithBaselines(Target(39, 10, 40, true), "accuracy").unsure);
  EXPECT_THAT(Render(Evaluation(Target(41, 10, 40, true))),
              AllOf(HasSubstr("≈ ahead of the baselines, perhaps by chance"), Not(HasSubstr("✓"))));
  EXPECT_THAT(Render(Evaluation(Target(43, 10, 40, true))),
              AllOf(HasSubstr("✓ better than the baselines"), Not(HasSubstr("≈"))));
}

// The whole split and the questions that the baseline was asked may differ in who is ahead.
TEST(CompareWithBaselines, WhatBothAnsweredDecides) {
  json target = Target(41, 10, 40, true);
  target["baselines"]["nearest_neighbour"]["lead"]["accuracy"] = Metric(-2, 0.5, true);
  const Verdict behind = CompareWithBaselines(target, "accuracy");
  EXPECT_TRUE(behind.below);
  EXPECT_THAT(behind.words, StartsWith("2.0 points worse than the nearest neighbour baseline"));
  // A record without it: the values as they are.
  target["baselines"]["nearest_neighbour"].erase("lead");
  EXPECT_EQ(CompareWithBaselines(target, "accuracy").words,
            "Better than both baselines: 1.0 points above the nearest neighbour baseline.");
}

constexpr char kEvil[] = "</style></title><script>alert(1)</script><img src=x onerror='y' \"z\">";

// Every string of the records is a stranger's.
TEST(RenderReport, EscapesEverything) {
  json target = Target(30, 10, 20, true);
  target["modality"] = kEvil;
  target["decode"] = {{"method", kEvil}, {kEvil, kEvil}};
  target[std::string("bits_per_") + kEvil] = 1.5;
  target["metrics"][kEvil] = Metric(1, 0.5, true);
  target["baselines"][kEvil] = target["baselines"]["most_frequent"];
  target["confusion"] = {{"labels", {kEvil, "b"}}, {"counts", {{1, 2}, {3, 4}}}};
  target["examples"] = {{{"key", kEvil},
                         {"inputs",
                          {{kEvil, {{"text", kEvil}}},
                           {"a", {{"base64", kEvil}}},
                           {"b", {{"base64", std::string("iVBORw0KGgo") + kEvil}}}}},
                         {"prediction", kEvil},
                         {"references", {std::string("x ") + kEvil, "y"}}}};
  json evaluation = Evaluation(target);
  for (const char* key : {"split", "checkpoint"}) evaluation[key] = kEvil;
  for (const char* key : {"version", "revision", "processor", "time"})
    evaluation["run"][key] = kEvil;
  evaluation["run"][kEvil] = kEvil;
  json& problem = evaluation["problems"]["g2p"];
  for (const char* key : {"summary", "licence", "source", "published"}) problem[key] = kEvil;
  problem["inputs"][kEvil] = kEvil;
  problem["targets"][kEvil] = target;
  evaluation["problems"][kEvil] = problem;
  const std::vector<json> log = {
      {{"kind", "train"}, {"step", 1}, {"loss", {{kEvil, 1.0}}}, {"share", {{kEvil, 0.5}}}}};
  const auto html = RenderReport(evaluation, log, kEvil);
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_THAT(*html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img src=x")),
                           HasSubstr("&lt;script&gt;")));
  EXPECT_EQ(html->find("</style>"), html->rfind("</style>"));
  EXPECT_EQ(html->find("data:image"), std::string::npos) << "what is no base64 is no picture";
  EXPECT_THAT(*html, HasSubstr("default-src 'none'"));
}

TEST(RenderReport, ShowsExamples) {
  json target = Target(30, 10, 20, true);
  target["examples"] = {{{"key", "k"},
                         {"inputs", {{"picture", {{"base64", "iVBORw0KGgoAAAA="}}}}},
                         {"prediction", "the cat sat"},
                         {"references", {"a house", "the dog sat"}},
                         {"log_probability", -0.6931}},
                        {{"key", "k2"}, {"prediction", " cat"}, {"references", {"dog", "cat"}}}};
  for (int i = 0; i < 20; ++i)
    target["examples"].push_back({{"prediction", "more"}, {"references", {"z"}}});
  const std::string html = Render(Evaluation(target));
  EXPECT_THAT(html, HasSubstr("<img src=\"data:image/png;base64,iVBORw0KGgoAAAA=\" alt=\"input "
                              "picture of example k\">"));
  EXPECT_THAT(html, HasSubstr("the <mark class=\"off\">cat</mark> sat"));
  EXPECT_THAT(html, HasSubstr("the <mark class=\"missing\">dog</mark> sat"));
  EXPECT_THAT(html, HasSubstr("probability 50&nbsp;%"));
  EXPECT_THAT(html, HasSubstr("✓ right"));
  size_t shown = 0;
  for (size_t at = html.find("<li class=\"example"); at != std::string::npos;
       at = html.find("<li class=\"example", at + 1)) {
    ++shown;
  }
  EXPECT_EQ(shown, 10u);
}

TEST(AlignedRows, StandAboveEachOtherAndMarkDifferences) {
  EXPECT_EQ(AlignedRows("MK", "ATGAAA", "ATGAAG"),
            "<p class=\"quiet\">1 of 2 agree; above, the input; below, model and reference</p>"
            "<div class=\"aligned\" dir=\"ltr\"><span><i>M</i>ATG<br>ATG</span><span><i>K</i>"
            "<mark class=\"off\">AAA</mark><br><mark class=\"missing\">AAG</mark></span></div>");
  EXPECT_THAT(AlignedRows(std::string(70, 'A'), std::string(70, 'B'), std::string(70, 'B')),
              HasSubstr("70 of 70 agree; above, the input (the first 60)"));
  EXPECT_THAT(AlignedRows("<", "&", ">"), HasSubstr("<i>&lt;</i><mark class=\"off\">&amp;</mark>"));
  // Not of one length, or no letters.
  for (const char* said : {"ATGAA", "ATGAAAATG", "", "ATG AA"})
    EXPECT_EQ(AlignedRows("MK", said, "ATGAAG"), "") << said;
  EXPECT_EQ(AlignedRows("", "", ""), "");
}

TEST(RenderReport, ShowsTextsThatWerePricedAndAlignedOnes) {
  json target = Target(27, 99, 84, false);
  target["examples"] = {
      {{"key", "a"},
       {"cost", 1.5},
       {"cost_metric", "bits_per_character"},
       {"references", {"abcdefgh"}}},
      {{"key", "b"},
       {"aligned_with", "protein"},
       {"inputs", {{"protein", {{"text", "MK"}}}, {"genus", {{"text", "Klebsiella"}}}}},
       {"prediction", "ATGAAA"},
       {"references", {"ATGAAG"}}},
      {{"key", "c"},
       {"aligned_with", "protein"},
       {"inputs", {{"protein", {{"text", "MK"}}}}},
       {"prediction", "short"},
       {"references", {"ATGAAG"}}}};
  const std::string html = Render(Evaluation(target), {});
  EXPECT_THAT(html, HasSubstr("<b>1.500</b> bits per character"));
  EXPECT_THAT(html, HasSubstr("class=\"example priced\"><div class=\"answers\">"));
  EXPECT_THAT(html, HasSubstr("where the model differs"));
  EXPECT_THAT(html, HasSubstr("1 of 2 agree"));
  EXPECT_THAT(html, HasSubstr("Klebsiella"));
  EXPECT_THAT(html, HasSubstr("short"));
  target["examples"] = {{{"key", "a"}, {"cost_bits", 12.0}, {"references", {"abcdefgh"}}}};
  EXPECT_THAT(Render(Evaluation(target), {}), HasSubstr("<b>1.500</b> bits per character"));
  target["examples"] = {{{"key", "a"},
                         {"cost", 1.5},
                         {"cost_metric", "bits_per_character"},
                         {"references", {"abcdefgh"}}}};
  EXPECT_THAT(Render(Evaluation(target), {}), Not(HasSubstr("where the model differs")));
}

TEST(RenderReport, ShowsWhatAJudgeSays) {
  const auto value = [](double number, double low, double high) {
    return json{{"value", number}, {"low", low}, {"high", high}, {"higher_is_better", true}};
  };
  json target = Target(27, 99, 84, false);
  EXPECT_THAT(Render(Evaluation(target), {}), Not(HasSubstr("What another model takes it for")));
  target["judge"] = {{"run", "runs/<judge>"},
                     {"step", 1200},
                     {"answer", "class"},
                     {"of_made", {{"accuracy", value(79.4, 77, 81.9)}}},
                     {"of_true", {{"accuracy", value(87.6, 85.6, 89.7)}}},
                     {"frechet", {{"made", 1.286}, {"true", 0.613}, {"features", 192}}},
                     {"retrieval",
                      {{"candidates", 10},
                       {"by_chance", 5.5},
                       {"made", {{"value", 1.12}, {"low", 1.07}, {"high", 1.18}}},
                       {"true", {{"value", 1.07}, {"low", 1.04}, {"high", 1.11}}}}}};
  const std::string html = Render(Evaluation(target), {});
  EXPECT_THAT(html, HasSubstr("runs/&lt;judge&gt;"));
  EXPECT_THAT(html, HasSubstr("step 1,200"));
  EXPECT_THAT(html, HasSubstr("<td>79.4 %<br><small>77.0 to 81.9</small></td><td>87.6 %"));
  EXPECT_THAT(html, HasSubstr("<td>1.29</td><td>0.61</td>"));
  EXPECT_THAT(html, HasSubstr("<td>1.12<br><small>1.07 to 1.18</small></td><td>1.07<br>"));
  target["judge"] = json::array({3});  // of another version
  EXPECT_THAT(Render(Evaluation(target), {}), Not(HasSubstr("What another model takes it for")));
}

// Another run stands beside, but is no baseline that the model must beat.
TEST(CompareWithBaselinesTest, LeavesOtherRunsOut) {
  json target = Target(90, 80, 70, true);
  const Verdict before = CompareWithBaselines(target, PrimaryMetric(target));
  target["baselines"]["against"] = target["baselines"].begin().value();
  for (auto& [name, metric] : target["baselines"]["against"]["metrics"].items())
    metric["value"] = 99;
  target["baselines"]["against"].erase("lead");
  EXPECT_EQ(CompareWithBaselines(target, PrimaryMetric(target)).words, before.words);
  EXPECT_THAT(Render(Evaluation(target), {}), HasSubstr("Another run"));
}

TEST(RenderReport, ShowsPicturesThatWereMadeBesideThoseWanted) {
  const auto base64 = [](float grey) {
    return absl::Base64Escape(*EncodePng(Pixels{1, 2, 1, {0, grey}}));
  };
  json target = Target(27, 99, 84, false);
  target["examples"] = {{{"key", "k"},
                         {"cost", 2.875},
                         {"cost_metric", "bits_per_dimension"},
                         {"inputs", {{"class", {{"text", "Coat"}}}}},
                         {"references", {"2x1 image"}},
                         {"answer", {{"base64", base64(0.25f)}}},
                         {"wanted", {{"base64", base64(1)}}}}};
  const std::string html = Render(Evaluation(target), {});
  EXPECT_THAT(html, HasSubstr("<b>2.875</b> bits per dimension"));
  EXPECT_THAT(
      html, HasSubstr("data:image/png;base64," + base64(0.25f) + "\" alt=\"model of example k\""));
  EXPECT_THAT(
      html, HasSubstr("data:image/png;base64," + base64(1) + "\" alt=\"reference of example k\""));
  EXPECT_THAT(html, HasSubstr("Coat"));
  EXPECT_THAT(html, Not(HasSubstr("2x1 image")));
}

// A sound has its spectrogram and a player; the two kinds of RIFF are told apart.
TEST(RenderReport, ShowsSounds) {
  Sound tone{8000, {}};
  for (int i = 0; i < 2000; ++i) tone.samples.push_back(static_cast<float>(std::sin(0.3 * i)));
  const std::string wav = absl::Base64Escape(*EncodeWav(tone));
  json target = Target(30, 10, 20, true);
  target["examples"] = {{{"key", "k"},
                         {"inputs",
                          {{"speech", {{"base64", wav}}},
                           {"picture", {{"base64", absl::Base64Escape("RIFF....WEBPVP8 ....")}}},
                           {"low", {{"base64", absl::Base64Escape("\xFF\xF3....")}}},
                           {"cut", {{"base64", absl::Base64Escape("OggS")}}}}},
                         {"prediction", "a"},
                         {"references", {"b"}}}};
  const std::string html = Render(Evaluation(target));
  EXPECT_THAT(html, HasSubstr("<img class=\"wide\" src=\"data:image/png;base64,"));
  EXPECT_THAT(html, HasSubstr("alt=\"spectrogram of input speech of example k\">"));
  EXPECT_THAT(
      html, HasSubstr(absl::StrCat("<audio controls preload=\"none\" src=\"data:audio/wav;base64,",
                                   wav, "\" aria-label=\"input speech of example k\">")));
  EXPECT_THAT(html, HasSubstr("src=\"data:image/webp;base64,"));
  EXPECT_THAT(html, HasSubstr("src=\"data:audio/ogg;base64,"));  // of which no picture can be made
  EXPECT_THAT(html, HasSubstr("src=\"data:audio/mpeg;base64,"));
  EXPECT_THAT(html, HasSubstr("media-src data:"));
}

// Correlations differ behind the point.
TEST(RenderReport, ShowsAsManyDigitsAsAMetricNeeds) {
  json target = Target(30, 10, 20, true);
  target["primary"] = "pearson";
  target["metrics"]["pearson"] = Metric(0.9412, 0.02, true);
  target["baselines"]["nearest_neighbour"]["metrics"]["pearson"] = Metric(0.9023, 0.02, true);
  target["baselines"]["nearest_neighbour"]["lead"]["pearson"] = Metric(0.0389, 0.01, true);
  EXPECT_EQ(CompareWithBaselines(target, "pearson").words,
            "Better than its baseline: 0.039 above the nearest neighbour baseline on the same 100 "
            "examples (95 % interval of the lead 0.029 to 0.049).");
  EXPECT_THAT(Render(Evaluation(target)), HasSubstr("<p class=\"big\">0.941<span>"));
}

// 440 Hz is a dark line in the lower half; silence is white.
TEST(Spectrogram, DrawsTimeToTheRightAndPitchUpwards) {
  Sound sound{8000, {}};
  for (int i = 0; i < 8000; ++i) {
    sound.samples.push_back(i < 4000 ? static_cast<float>(std::sin(i * 440 * 2 * M_PI / 8000)) : 0);
  }
  const auto png = SpectrogramPng(*EncodeWav(sound));
  ASSERT_TRUE(png.ok()) << png.status();
  const auto pixels = DecodePixels(*png, 1);
  ASSERT_TRUE(pixels.ok()) << pixels.status();
  EXPECT_EQ(pixels->height, 64);
  EXPECT_EQ(pixels->width, 101);
  int64_t darkest = 0;
  for (int64_t row = 0; row < 64; ++row) {
    if (pixels->at(row, 20, 0) < pixels->at(darkest, 20, 0)) darkest = row;
    EXPECT_GT(pixels->at(row, 80, 0), 0.99);
  }
  EXPECT_LT(pixels->at(darkest, 20, 0), 0.05);
  EXPECT_GT(darkest, 40);
  EXPECT_LT(
      DecodePixels(*SpectrogramPng(*EncodeWav({8000, std::vector<float>(800'000)})), 1)->width,
      401);
  EXPECT_FALSE(SpectrogramPng("no sound").ok());
}

TEST(RenderReport, ShowsConfusionAsAHeatTable) {
  json target = Target(30, 10, 20, true);
  target["confusion"] = {{"labels", {"cat", "dog"}}, {"counts", {{9, 1}, {0, 4}}}};
  const std::string html = Render(Evaluation(target));
  EXPECT_THAT(html, HasSubstr("<td class=\"hit deep\" style=\"--heat:95%\">9</td>"
                              "<td class=\"miss\" style=\"--heat:32%\">1</td>"));
  EXPECT_THAT(html, HasSubstr("<bdi>cat</bdi> taken for <bdi>dog</bdi> (1)"));
  target["confusion"]["counts"] = {{9, 1}, {0}};
  EXPECT_THAT(Render(Evaluation(target)), Not(HasSubstr("taken for what")));
}

TEST(RenderReport, DrawsLossAndMetricOverSteps) {
  const std::vector<json> log = {
      {{"kind", "train"},
       {"step", 50},
       {"loss", {{"g2p.phones", 2.0}}},
       {"tokens_per_second", 9000},
       {"padding", 0.05},
       {"share", {{"g2p", 0.5}}},
       {"epochs", {{"g2p", 1.25}}},
       {"tokens", {{"g2p", 12345}}}},
      {{"kind", "train"}, {"step", 100}, {"loss", {{"g2p.phones", nullptr}}}},
      {{"kind", "valid"},
       {"step", 100},
       {"targets",
        {{"g2p.phones",
          {{"tf_loss", 1.5}, {"metrics", {{"sequence_error", Metric(60, 2, false)}}}}}}}}};
  const std::string html = Render(Evaluation(Target(27, 99, 84, false)), log);
  EXPECT_THAT(html, HasSubstr("Loss. training: 2 at step 50, 2 at step 50. validation, "
                              "teacher-forced: 1.5 at step 100"));
  EXPECT_THAT(html, HasSubstr("Sequence error. validation, decoded: 60 at step 100"));
  EXPECT_THAT(html, HasSubstr("<dt>tokens a second, median</dt><dd>9,000</dd>"));
  EXPECT_THAT(html, HasSubstr("<dt>of the positions were padding</dt><dd>5.0 %</dd>"));
  EXPECT_THAT(html, HasSubstr("<h4>Shares of the mixture</h4>"));
  EXPECT_THAT(html, HasSubstr("50.0 %<small> 1.2 epochs, 12,345 tokens</small>"));
}

TEST(RenderReport, DrawsSharesThatMove) {
  const auto record = [](int step, double aimed, double drawn) {
    return json{{"kind", "train"},
                {"step", step},
                {"share_unit", "tokens"},
                {"share", {{"a", drawn}, {"b", 1 - drawn}}},
                {"share_aimed", {{"a", aimed}, {"b", 1 - aimed}}},
                {"examples", {{"a", 1200}, {"b", 30}}},
                {"learning_progress", {{"a", 0.01 * step}}}};
  };
  std::string html = Render(nullptr, {record(1, 0.5, 0.5), record(2, 0.75, 0.6)});
  EXPECT_THAT(html, HasSubstr("<h4>Shares of the mixture, in tokens</h4>"));
  EXPECT_THAT(html, HasSubstr("60.0 %<small> 1,200 examples</small>"));
  EXPECT_THAT(html, HasSubstr("Shares asked for. a: 50 at step 1, 75 at step 2. b: 50 at step 1, "
                              "25 at step 2"));
  EXPECT_THAT(html, HasSubstr("Shares drawn so far. a: 50 at step 1, 60 at step 2"));
  EXPECT_THAT(html, HasSubstr("Learning progress. a: 1 at step 1, 2 at step 2"));
  // Constant ones need no curve.
  html = Render(nullptr, {record(1, 0.5, 0.4), record(2, 0.5, 0.5)});
  EXPECT_THAT(html, AllOf(HasSubstr("Shares of the mixture"), Not(HasSubstr("Shares asked for")),
                          Not(HasSubstr("Shares drawn so far"))));
}

TEST(RenderReport, TellsWhatWasMeasuredOtherwise) {
  json evaluation = Evaluation(Target(27, 99, 84, false));
  json& problem = evaluation["problems"]["g2p"];
  problem["in_pieces"] = 3;
  problem["out_of_reach"] = 4;
  problem["without_loss"] = 0;
  EXPECT_THAT(Render(evaluation),
              AllOf(HasSubstr("3 of the examples are longer than what the model was trained on"),
                    HasSubstr("4 of the examples have a target that cannot lie along its input"),
                    Not(HasSubstr("that training has not seen"))));
}

TEST(RenderReport, PutsOtherSplitsBeside) {
  json valid = Evaluation(Target(55.5, 99, 84, false));
  valid["split"] = "valid";
  const std::string html = Render(json::array({Evaluation(Target(27.1, 99, 84, false)), valid}));
  EXPECT_THAT(html, AllOf(HasSubstr("<small>valid</small>"), HasSubstr("<td>55.5 %"),
                          HasSubstr("27.1<span>")));
  valid["problems"]["g2p"]["targets"]["phones"]["decode"]["method"] = "greedy";
  EXPECT_THAT(Render(json::array({Evaluation(Target(27.1, 99, 84, false)), valid})),
              Not(HasSubstr("<small>valid</small>")));
}

TEST(RenderReport, LeavesOutWhatIsMissingOrOfAnotherType) {
  EXPECT_THAT(Render(nullptr), HasSubstr("A training run"));
  EXPECT_THAT(Render(json::object()), Not(HasSubstr("<section")));
  EXPECT_THAT(Render(nullptr, {{{"kind", "train"}, {"step", 1}, {"loss", {{"p.t", 1.0}}}}}),
              HasSubstr("Not evaluated yet."));
  // Every member in turn becomes each type of JSON: nothing may throw or abort.
  const json whole = Evaluation(Target(27, 99, 84, false));
  const json flat = whole.flatten();
  for (const auto& [pointer, unused] : flat.items()) {
    for (json::json_pointer at(pointer); !at.empty(); at = at.parent_pointer()) {
      for (const json& other : {json(nullptr), json("x"), json(-1.5), json(true),
                                json::array({1, "a"}), json({{"x", {1}}, {"y", {{"z", "w"}}}})}) {
        json broken = whole;
        broken[at] = other;
        EXPECT_TRUE(RenderReport(broken, {broken}).ok()) << at.to_string() << " = " << other;
      }
    }
  }
}

TEST(RenderReport, RefusesWhatIsNoObject) {
  EXPECT_EQ(RenderReport("text", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RenderReport(json::array({1}), {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(RenderReport(nullptr, {json::object(), json(3)}).status().message(),
              HasSubstr("record 2"));
}

}  // namespace
}  // namespace t2t
