#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modalities/codecs/pixels.h"
#include "tensor2tensor/report/matrix_cell.h"
#include "tensor2tensor/report/matrix_page.h"

namespace t2t {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

json MeasuredTarget() {
  const auto metric = [](double value) { return json{{"value", value}}; };
  return {{"modality", "text"},
          {"primary", "wer"},
          {"metrics", {{"cer", metric(10)}, {"wer", metric(20)}}},
          {"baselines", {{"blind", {{"metrics", {{"cer", metric(70)}, {"wer", metric(90)}}}}}}},
          {"blind_loss",
           {{"unit", "bits a byte"},
            {"own", 1.0},
            {"other", 2.0},
            {"less", 1.0},
            {"low", 0.9},
            {"high", 1.1}}},
          {"examples", {{{"references", {"a|b"}}, {"prediction", "ab"}}}}};
}

TEST(ReadMatrixCell, TakesTheFirstMetricOfWhatWasDecoded) {
  json target = MeasuredTarget();
  auto cell = ReadMatrixCell(target);
  ASSERT_TRUE(cell.ok()) << cell.status();
  EXPECT_EQ(cell->metric, "wer");
  EXPECT_EQ(cell->value, 20);
  EXPECT_EQ(cell->blind_value, 90);
  EXPECT_EQ(cell->wanted_text, "a|b");
  EXPECT_TRUE(cell->passes());
  target["primary"] = "bits_per_character";
  EXPECT_EQ(ReadMatrixCell(target)->metric, "cer");
  // What was priced has no answer, and perhaps no metric of one.
  target["metrics"] = {{"bits_per_character", {{"value", 1.5}}}};
  target["examples"][0].erase("prediction");
  cell = ReadMatrixCell(target);
  ASSERT_TRUE(cell.ok()) << cell.status();
  EXPECT_EQ(cell->metric, "");
  EXPECT_EQ(cell->answer_text, "");
}

TEST(ReadMatrixCell, PassesByTheMarginAndTheInterval) {
  const auto passes = [](double own, double blind, double low) {
    MatrixCell cell;
    cell.own = own;
    cell.blind = blind;
    cell.low = low;
    return cell.passes();
  };
  EXPECT_TRUE(passes(0.8, 1, 0.1));
  EXPECT_FALSE(passes(0.81, 1, 0.1));
  EXPECT_FALSE(passes(0.5, 1, 0));
  EXPECT_FALSE(passes(-1.5, -1, 0.4)) << "a share of what is below 0 says nothing";
}

TEST(ReadMatrixCell, SaysWhatARecordLacks) {
  json target = MeasuredTarget();
  target["blind_loss"]["own"] = "many";
  EXPECT_EQ(ReadMatrixCell(target).status().code(), absl::StatusCode::kDataLoss);
  target = MeasuredTarget();
  target["examples"] = {{{"answer", {{"base64", "?"}}}, {"wanted", {{"base64", ""}}}}};
  EXPECT_THAT(std::string(ReadMatrixCell(target).status().message()), HasSubstr("not base64"));
  EXPECT_EQ(ReadMatrixCells(json(nullptr)).status().code(), absl::StatusCode::kDataLoss);
  target = MeasuredTarget();
  target.erase("blind_loss");
  EXPECT_THAT(
      std::string(
          ReadMatrixCells(
              {{"problems", {{"p", {{"inputs", json::object()}, {"targets", {{"t", target}}}}}}}})
              .status()
              .message()),
      HasSubstr("no target of the record was compared with a blind one"));
}

// Two runs of one problem have files of their own.
TEST(MatrixPageTest, RealRowsKeepTheirFiles) {
  const auto png = [](float grey) { return *EncodePng(Pixels{1, 2, 1, {0, grey}}); };
  json picture = MeasuredTarget();
  picture["modality"] = "image";
  picture["examples"] = {{{"answer", {{"base64", absl::Base64Escape(png(1))}}},
                          {"wanted", {{"base64", absl::Base64Escape(png(0.5f))}}}}};
  const json record = {{"problems",
                        {{"draw:a=1",
                          {{"inputs", {{"a", "text"}, {"b", "label"}}},
                           {"targets", {{"said", MeasuredTarget()}, {"shown", picture}}}}}}}};
  std::vector<MatrixCell> real;
  for (const char* run : {"one", "two"}) {
    auto cells = ReadMatrixCells(record);
    ASSERT_TRUE(cells.ok()) << cells.status();
    for (MatrixCell& cell : *cells) {
      cell.run = run;
      real.push_back(cell);
    }
  }
  ASSERT_EQ(real.size(), 4u);
  EXPECT_EQ(real[0].from, "text + label");
  const auto page = MatrixPage({{"text", "says"}}, {}, real, "How.", "pictures");
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->files.count("pictures/one-draw-a=1-shown.png"), 1u);
  EXPECT_EQ(page->files.count("pictures/two-draw-a=1-shown.png"), 1u);
  EXPECT_THAT(page->markdown,
              HasSubstr("| one | draw:a=1.said | text + label | text | ✓ -50 % | 1.000 bits a byte "
                        "| 2.000 | 1.000 [0.900, 1.100] | wer | 20.0 | 90.0 | `ab` for `a\\|b` |"));
  const auto without = MatrixPage({{"text", "says"}}, {}, {}, "How.", "pictures");
  EXPECT_THAT(without->markdown, Not(HasSubstr("On real data")));
}

}  // namespace
}  // namespace t2t
