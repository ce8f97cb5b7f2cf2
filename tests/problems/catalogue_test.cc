#include <algorithm>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "modalities/codecs/pixels.h"
#include "problems/catalogue/register_problems.h"
#include "problems/catalogue/similarity_clusters.h"
#include "random/philox.h"
#include "tests/problems/r_writer.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<Problem> Make(const std::string& instance) {
  Registry<ProblemFactory> problems("problem");
  EXPECT_TRUE(RegisterProblems(problems).ok());
  auto problem = MakeProblem(problems, instance);
  EXPECT_TRUE(problem.ok()) << problem.status();
  return *std::move(problem);
}

KeepingSink Generate(const std::string& instance, const GenerateOptions& options = {}) {
  KeepingSink sink;
  const auto problem = Make(instance);
  EXPECT_EQ(CheckSourceNames(options.source_paths, problem->Spec().sources), absl::OkStatus());
  const absl::Status status = problem->Generate(options, sink);
  EXPECT_TRUE(status.ok()) << status;
  return sink;
}

cv::Mat Decode(const Value& png) {
  return cv::imdecode(std::vector<char>(png.bytes().begin(), png.bytes().end()),
                      cv::IMREAD_GRAYSCALE);
}

std::string Png(char grey) { return *EncodePng(PixelsOfGrey(std::string(16, grey), 4, 4)); }

// The split of every example by its key.
std::map<std::string, std::string> SplitsOf(const KeepingSink& sink) {
  std::map<std::string, std::string> splits;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples) splits[example.key] = split;
  }
  return splits;
}

TEST(Generated, CountsAndContentOfCopyAndReverse) {
  for (const bool reverse : {false, true}) {
    KeepingSink sink = Generate(reverse ? "reverse:length=6,alphabet=4,count=1000"
                                        : "copy:length=6,alphabet=4,count=1000");
    EXPECT_EQ(sink.examples["train"].size(), 1000u);
    EXPECT_EQ(sink.examples["valid"].size(), 100u);
    EXPECT_EQ(sink.examples["test"].size(), 100u);
    std::set<std::string> inputs;
    std::set<size_t> lengths;
    for (const auto& [split, examples] : sink.examples) {
      for (const Example& example : examples) {
        const std::string text = example.ports.at("text").bytes();
        EXPECT_TRUE(inputs.insert(text).second) << text << " is there twice";
        lengths.insert(text.size());
        EXPECT_EQ(text.find_first_not_of("abcd"), std::string::npos) << text;
        const std::string expected = reverse ? std::string(text.rbegin(), text.rend()) : text;
        EXPECT_EQ(example.ports.at(reverse ? "reversed" : "copied").bytes(), expected);
      }
    }
    EXPECT_THAT(lengths, ElementsAre(1, 2, 3, 4, 5, 6));
  }
}

TEST(Generated, AdditionAddsUp) {
  KeepingSink sink = Generate("addition:digits=3,count=50");
  for (const Example& example : sink.examples["train"]) {
    const std::string sum = example.ports.at("sum").bytes();
    const size_t plus = sum.find('+');
    EXPECT_EQ(std::stoll(sum.substr(0, plus)) + std::stoll(sum.substr(plus + 1)),
              std::stoll(example.ports.at("result").bytes()))
        << sum;
  }
}

TEST(Generated, DependsOnTheSeedAlone) {
  for (const char* instance : {"copy:count=30", "reverse:count=30", "addition:count=30",
                               "image_stripes:count=30", "caption_bars:count=30"}) {
    GenerateOptions options;
    KeepingSink first = Generate(instance, options), second = Generate(instance, options);
    options.seed = 2;
    KeepingSink other = Generate(instance, options);
    options.seed = 1;
    options.limit = 5;
    KeepingSink limited = Generate(instance, options);
    const std::string input = Make(instance)->Spec().inputs[0].name;
    int different = 0;
    for (size_t i = 0; i < 30; ++i) {
      EXPECT_EQ(first.examples["train"][i].ports, second.examples["train"][i].ports)
          << instance << i;
      different +=
          first.examples["train"][i].ports[input] != other.examples["train"][i].ports[input];
    }
    EXPECT_GT(different, 15) << instance;
    ASSERT_EQ(limited.examples["train"].size(), 5u) << instance;
    EXPECT_EQ(limited.examples["test"][0].ports, first.examples["test"][0].ports) << instance;
  }
}

TEST(Generated, StripesLookAsTheirLabelSays) {
  KeepingSink sink = Generate("image_stripes:count=90");
  std::set<std::string> labels;
  for (const Example& example : sink.examples["train"]) {
    const cv::Mat image = Decode(example.ports.at("image"));
    ASSERT_EQ(image.rows, 16);
    ASSERT_EQ(image.cols, 16);
    // Contrast along a row, along a column and along the diagonal of equal x + y.
    double row = 0, column = 0, diagonal = 0;
    for (int i = 0; i < 15; ++i) {
      for (int k = 0; k < 15; ++k) {
        row += std::abs(image.at<uchar>(i, k) - image.at<uchar>(i, k + 1));
        column += std::abs(image.at<uchar>(k, i) - image.at<uchar>(k + 1, i));
        diagonal += std::abs(image.at<uchar>(i + 1, k) - image.at<uchar>(i, k + 1));
      }
    }
    const double least = std::min({row, column, diagonal});
    const std::string seen = least == row      ? "horizontal"
                             : least == column ? "vertical"
                                               : "diagonal";
    EXPECT_EQ(seen, example.ports.at("direction").bytes()) << example.key;
    labels.insert(seen);
  }
  EXPECT_EQ(labels.size(), 3u);
}

TEST(Generated, BarsCanBeCounted) {
  KeepingSink sink = Generate("caption_bars:count=50");
  const std::vector<std::string> captions = {"one bar", "two bars", "three bars", "four bars",
                                             "five bars"};
  for (const Example& example : sink.examples["train"]) {
    const cv::Mat image = Decode(example.ports.at("image"));
    int bars = 0;
    for (int x = 1; x < 16; ++x)
      bars += image.at<uchar>(8, x) < 100 && image.at<uchar>(8, x - 1) > 100;
    ASSERT_GE(bars, 1);
    EXPECT_EQ(example.ports.at("caption").bytes(), captions[static_cast<size_t>(bars - 1)]);
  }
}

TEST(G2pCmudict, SplitsByWordAndKeepsOtherPronunciations) {
  const ScratchFolder folder;
  std::string text = "export const dictionary = {\n";
  for (int i = 0; i < 40; ++i) {
    const std::string word = absl::StrCat("w", std::string(static_cast<size_t>(i), 'a'));
    absl::StrAppend(&text, "  \"", word, "\": \"W AH0\",\n  \"", word, "(2)\": \"W AH1\",\n  \"",
                    word, "(3)\": \"W IY1\",\n");
  }
  folder.Write("index.js", text + "}\n");
  GenerateOptions options;
  options.source_paths["cmudict"] = folder.path();
  KeepingSink sink = Generate("g2p_cmudict", options);
  EXPECT_EQ(sink.examples["valid"].size(), 2u);
  EXPECT_EQ(sink.examples["test"].size(), 4u);
  EXPECT_EQ(sink.examples["train"].size(), 34u * 2);  // without stress two of the three are equal
  const Example& held_out = sink.examples["valid"][1];
  EXPECT_EQ(held_out.ports.at("word").bytes(), "w" + std::string(20, 'a'));
  EXPECT_EQ(held_out.ports.at("phones").bytes(), "W AH");
  EXPECT_THAT(held_out.alternatives.at("phones"), ElementsAre(Value("W IY")));
  EXPECT_EQ(sink.examples["train"][1].key, "waaa(2)");
  EXPECT_EQ(sink.examples["train"][1].ports.at("phones").bytes(), "W IY");
  KeepingSink stressed = Generate("g2p_cmudict:stress=yes", options);
  EXPECT_EQ(stressed.examples["train"].size(), 34u * 3);
  EXPECT_EQ(stressed.examples["train"][0].ports.at("phones").bytes(), "W AH0");
}

// With --skip-broken a word less gave all words behind it another split.
TEST(G2pCmudict, ABrokenLineStops) {
  const ScratchFolder folder;
  folder.Write("index.js", "x = {\n\"a\": \"AH0\",\n\"b\": \"?\",\n\"c\": \"K\"\n}\n");
  GenerateOptions options;
  options.source_paths["cmudict"] = folder.path();
  options.on_error = OnError::kSkip;
  KeepingSink sink;
  EXPECT_EQ(Make("g2p_cmudict")->Generate(options, sink).message(),
            (folder / "index.js:3: '?' is not a phone such as AH0 or K"));
  EXPECT_TRUE(sink.examples.empty());
}

std::string BigEndian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

TEST(ImageFashionMnist, CutsAStratifiedValidationSet) {
  const ScratchFolder folder;
  const uint32_t train = 6000, test = 20;
  for (const auto& [prefix, count] : {std::pair("train", train), std::pair("t10k", test)}) {
    std::string images =
        std::string("\0\0\x08\x03", 4) + BigEndian(count) + BigEndian(28) + BigEndian(28);
    std::string labels = std::string("\0\0\x08\x01", 4) + BigEndian(count);
    for (uint32_t i = 0; i < count; ++i) {
      images += std::string(28 * 28, static_cast<char>(i % 251));
      labels += static_cast<char>(i % 10);
    }
    folder.Write(std::string(prefix) + "-images-idx3-ubyte.gz", images);
    folder.Write(std::string(prefix) + "-labels-idx1-ubyte.gz", labels);
  }
  GenerateOptions options;
  options.source_paths["fashion_mnist"] = folder.path();
  KeepingSink sink = Generate("image_fashion_mnist", options);
  EXPECT_EQ(sink.examples["train"].size(), 1000u);
  EXPECT_EQ(sink.examples["valid"].size(), 5000u);
  EXPECT_EQ(sink.examples["test"].size(), 20u);
  int bags = 0;
  for (const Example& example : sink.examples["valid"])
    bags += example.ports.at("class").bytes() == "Bag";
  EXPECT_EQ(bags, 500);
  const Example& example = sink.examples["test"][9];
  EXPECT_EQ(example.key, "t10k-00009");
  EXPECT_EQ(example.ports.at("class").bytes(), "Ankle boot");
  const cv::Mat image = Decode(example.ports.at("image"));
  ASSERT_EQ(image.rows, 28);
  EXPECT_EQ(image.at<uchar>(27, 27), 9);

  // What is broken names its file and place.
  folder.Write("t10k-labels-idx1-ubyte.gz", std::string("\0\0\x08\x01", 4) + BigEndian(test) +
                                                std::string(3, '\1') + "\x0a" +
                                                std::string(16, '\2'));
  KeepingSink broken = Generate("image_fashion_mnist", options);
  EXPECT_THAT(
      broken.broken,
      ElementsAre((folder / "t10k-labels-idx1-ubyte.gz: offset 11: label 10 is not 0 to 9")));
  EXPECT_EQ(broken.examples["test"].size(), 19u);

  folder.Write("train-labels-idx1-ubyte.gz", std::string("\0\0\x08\x01", 4) + BigEndian(1) + "x");
  KeepingSink unused;
  EXPECT_THAT(Make("image_fashion_mnist")->Generate(options, unused).message(),
              HasSubstr("not one label for each of 6000 pictures"));
}

TEST(CaptionEmoji, KeepsFamiliesTogetherAndDropsEqualPictures) {
  const ScratchFolder folder;
  std::string emojis, names, derived;
  const std::vector<std::string> bodies = {"1F33E", "1F373", "1F393", "1F3A4",
                                           "1F3A8", "1F680", "1F692", "2695"};
  char grey = 1;
  for (const std::string& body : bodies) {
    for (const char* person : {"1F9D1", "1F468", "1F469"}) {
      const std::string points = std::string(person) + "-200D-" + body;
      if (!emojis.empty()) emojis += ",";
      emojis += R"({"unified":")" + points + R"(","image":")" + points +
                R"(.png","category":"People",)" +
                R"("has_img_google":true,"skin_variations":{"1F3FB":{"unified":")" + person +
                "-1F3FB-200D-" + body + R"(-FE0F","image":")" + points +
                R"(-t.png","has_img_google":true}}})";
      folder.Write("emoji/img/google/64/" + points + ".png", Png(grey));
      folder.Write("emoji/img/google/64/" + points + "-t.png", Png(static_cast<char>(grey + 1)));
      grey = static_cast<char>(grey + 2);
    }
  }
  // The names by UTF-8: U+1F9D1 ZWJ U+1F33E and so on are written by JSON escapes.
  const auto utf16 = [](uint32_t point) {
    char text[16];
    if (point < 0x10000) {
      snprintf(text, sizeof(text), "\\u%04x", point);
    } else {
      snprintf(text, sizeof(text), "\\u%04x\\u%04x", 0xD800 + ((point - 0x10000) >> 10),
               0xDC00 + ((point - 0x10000) & 0x3FF));
    }
    return std::string(text);
  };
  for (const std::string& body : bodies) {
    for (const uint32_t person : {0x1F9D1u, 0x1F468u, 0x1F469u}) {
      for (const bool tone : {false, true}) {
        const std::string key = utf16(person) + (tone ? utf16(0x1F3FB) : "") + "\\u200d" +
                                utf16(static_cast<uint32_t>(std::stoul(body, nullptr, 16)));
        derived += (derived.empty() ? "\"" : ",\"") + key + R"(":{"tts":["name )" + body +
                   (tone ? ": light" : "") + "\"]}";
      }
    }
  }
  folder.Write("emoji/emoji.json", "[" + emojis + "]");
  folder.Write(
      "plain/annotations/en/annotations.json",
      R"({"annotations":{"annotations":{"x":{"default":["no tts"]},"y":{"tts":["why"]}}}})");
  folder.Write("derived/annotationsDerived/en/annotations.json",
               R"({"annotationsDerived":{"annotations":{)" + derived + "}}}");
  GenerateOptions options;
  options.source_paths = {{"emoji_google", folder / "emoji"},
                          {"cldr_annotations", folder / "plain"},
                          {"cldr_annotations_derived", folder / "derived"}};
  KeepingSink sink = Generate("caption_emoji:tones=named", options);
  EXPECT_TRUE(sink.broken.empty()) << sink.broken[0];
  std::map<std::string, std::string> split_of;
  size_t plain = 0, toned = 0;
  for (const auto& [split, examples] : sink.examples) {
    EXPECT_EQ(split == "train" ? examples.size() % 6 : examples.size() % 3, 0u) << split;
    for (const Example& example : examples) {
      const std::string caption = example.ports.at("caption").bytes();
      const bool tone = caption.find(": light") != std::string::npos;
      (tone ? toned : plain) += 1;
      EXPECT_TRUE(!tone || split == "train") << "a skin tone outside training";
      const auto [it, is_new] = split_of.emplace(caption.substr(0, caption.find(':')), split);
      EXPECT_EQ(it->second, split) << caption << " is in two splits";
    }
  }
  EXPECT_EQ(plain, 24u);
  EXPECT_EQ(toned, sink.examples["train"].size() / 2);
  EXPECT_EQ(sink.examples["train"][0].key.substr(0, 13), "People/1F9D1-");

  KeepingSink bare = Generate("caption_emoji:tones=no", options);
  EXPECT_EQ(bare.examples["train"].size(), sink.examples["train"].size() / 2);

  KeepingSink alike = Generate("caption_emoji", options);
  ASSERT_EQ(alike.examples["train"].size(), sink.examples["train"].size());
  for (const auto& [split, examples] : alike.examples) {
    const std::vector<Example>& before = sink.examples[split];
    ASSERT_EQ(examples.size(), before.size()) << split;
    for (size_t i = 0; i < examples.size(); ++i) {
      const std::string caption = before[i].ports.at("caption").bytes();
      EXPECT_EQ(examples[i].key, before[i].key);
      EXPECT_EQ(examples[i].ports.at("caption").bytes(), caption.substr(0, caption.find(':')));
    }
  }

  // Two pictures alike, one that is text, and one that is cut.
  folder.Write("emoji/img/google/64/1F468-200D-1F33E.png", Png(1));
  folder.Write("emoji/img/google/64/1F468-200D-1F373.png", "not a picture");
  folder.Write("emoji/img/google/64/1F468-200D-1F393.png", Png(1).substr(0, 40));
  KeepingSink damaged = Generate("caption_emoji:tones=no", options);
  size_t left = 0;
  for (const auto& [split, examples] : damaged.examples) left += examples.size();
  EXPECT_EQ(left, 21u);
  ASSERT_EQ(damaged.broken.size(), 2u);
  EXPECT_THAT(damaged.broken[0],
              HasSubstr("1F468-200D-1F373.png: not an image (PNG, JPEG, BMP, PNM or WebP): it "
                        "begins with \"not a picture\""));
  EXPECT_THAT(damaged.broken[1], HasSubstr("1F468-200D-1F393.png: PNG"));

  KeepingSink unused;
  EXPECT_THAT(Make("caption_emoji:lang=xx")->Generate(options, unused).message(),
              HasSubstr("no names in language 'xx'"));
}

// The packages of caption_emoji with these emoji: each drawn in another grey and named by its code
// points.
class EmojiPackages {
 public:
  void Add(const std::string& unified, const std::vector<std::string>& toned = {}) {
    nlohmann::json emoji = Item(unified);
    for (const std::string& tone : toned) emoji["skin_variations"][tone] = Item(tone);
    emojis_.push_back(emoji);
  }
  // The split of every drawing, by its code points.
  std::map<std::string, std::string> Splits() {
    folder_.Write("emoji/emoji.json", emojis_.dump());
    folder_.Write("plain/annotations/en/annotations.json",
                  nlohmann::json({{"annotations", {{"annotations", names_}}}}).dump());
    folder_.Write("derived/annotationsDerived/en/annotations.json",
                  R"({"annotationsDerived": {"annotations": {}}})");
    GenerateOptions options;
    options.source_paths = {{"emoji_google", folder_ / "emoji"},
                            {"cldr_annotations", folder_ / "plain"},
                            {"cldr_annotations_derived", folder_ / "derived"}};
    const KeepingSink sink = Generate("caption_emoji", options);
    broken = sink.broken;
    return SplitsOf(sink);
  }
  nlohmann::json& last() { return emojis_.back(); }

  std::vector<std::string> broken;

 private:
  nlohmann::json Item(const std::string& unified) {
    const std::string file = unified + ".png";
    folder_.Write("emoji/img/google/64/" + file, Png(static_cast<char>(drawn_++)));
    std::string text;
    for (const absl::string_view point : absl::StrSplit(unified, '-')) {
      text += Utf8(static_cast<uint32_t>(std::stoul(std::string(point), nullptr, 16)));
    }
    names_[text] = {{"tts", {unified}}};
    return {{"unified", unified}, {"image", file}, {"category", "c"}, {"has_img_google", true}};
  }
  static std::string Utf8(uint32_t point) {
    std::string text = "\"";
    if (point >= 0x10000) {
      absl::StrAppend(&text, "\\u", absl::Hex(0xD800 + ((point - 0x10000) >> 10), absl::kZeroPad4));
      point = 0xDC00 + ((point - 0x10000) & 0x3FF);
    }
    absl::StrAppend(&text, "\\u", absl::Hex(point, absl::kZeroPad4), "\"");
    return nlohmann::json::parse(text).get<std::string>();
  }

  ScratchFolder folder_;
  nlohmann::json emojis_ = nlohmann::json::array(), names_ = nlohmann::json::object();
  int drawn_ = 0;
};

// The tones of a couple, a handshake and a man were trained on while these were held out.
TEST(CaptionEmoji, TonesFollowTheirPlainEmojiHoweverTheyAreSpelt) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"1F46B", "1F469-1F3FB-200D-1F91D-200D-1F468-1F3FF"},
      {"1F46C", "1F468-1F3FB-200D-1F91D-200D-1F468-1F3FF"},
      {"1F48F", "1F9D1-1F3FB-200D-2764-FE0F-200D-1F48B-200D-1F9D1-1F3FF"},
      {"1F491", "1F9D1-1F3FB-200D-2764-FE0F-200D-1F9D1-1F3FF"},
      {"1F91D", "1FAF1-1F3FB-200D-1FAF2-1F3FF"},
      {"1F468", "1F468-1F3FB"},
      {"1F469", "1F469-1F3FB"},
      {"1F44B", "1F44B-1F3FB"},
      {"1F385", "1F385-1F3FB"}};
  EmojiPackages packages;
  for (const auto& [plain, toned] : pairs) packages.Add(plain, {toned});
  const auto splits = packages.Splits();
  int held_out = 0;
  for (const auto& [plain, toned] : pairs) {
    const bool train = splits.at("c/" + plain) == "train";
    held_out += !train;
    std::string key = toned;
    if (const size_t at = key.find("-FE0F"); at != std::string::npos) key.erase(at, 5);
    EXPECT_EQ(splits.count("c/" + key), train ? 1u : 0u) << toned;
  }
  EXPECT_GT(held_out, 0);
}

TEST(CaptionEmoji, NearCopiesShareASplit) {
  std::vector<std::vector<std::string>> families = {
      {"1F46B", "1F46C", "1F46D", "1F9D1-200D-1F91D-200D-1F9D1"},
      {"1F48F", "1F469-200D-2764-FE0F-200D-1F48B-200D-1F468"},
      {"1F491", "1F468-200D-2764-FE0F-200D-1F468"},
      {"1F468", "1F469", "1F9D1", "1F466", "1F467", "1F46A",
       "1F468-200D-1F468-200D-1F466-200D-1F466", "1F9D1-200D-1F9D2"},
      {"1F9D3", "1F474", "1F475"},
      {"1F57A", "1F483"},
      {"1F3C3", "1F3C3-200D-27A1-FE0F", "1F3C3-200D-2640-FE0F-200D-27A1-FE0F"},
      {}};  // the clock faces
  for (int point = 0x1F550; point <= 0x1F567; ++point) {
    families.back().push_back(absl::AsciiStrToUpper(absl::StrCat(absl::Hex(point))));
  }
  EmojiPackages packages;
  for (const auto& family : families) {
    for (const std::string& unified : family) packages.Add(unified);
  }
  const auto splits = packages.Splits();
  EXPECT_EQ(splits.size(), 48u);
  for (const auto& family : families) {
    std::set<std::string> seen;
    for (std::string key : family) {
      for (size_t i; (i = key.find("-FE0F")) != std::string::npos;) key.erase(i, 5);
      seen.insert(splits.at("c/" + key));
    }
    EXPECT_EQ(seen.size(), 1u) << family[0];
  }
}

// It threw an exception.
TEST(CaptionEmoji, AFlagThatIsNoBooleanIsBroken) {
  EmojiPackages packages;
  packages.Add("1F385");
  packages.Add("1F44B");
  packages.last()["has_img_google"] = "yes";
  EXPECT_EQ(packages.Splits().size(), 1u);
  EXPECT_THAT(packages.broken,
              ElementsAre(HasSubstr("emoji.json: emoji 1: no true or false 'has_img_google'")));
}

// "A dog." and "a dog!" were in two splits, and one picture of two folders too.
TEST(CaptionTuxpaint, NearCopiesShareASplitAndEqualPicturesAreOne) {
  const ScratchFolder folder;
  std::filesystem::create_directories(folder / "animals");
  for (int i = 0; i < 20; ++i) {
    for (const bool loud : {false, true}) {
      const std::string stem = absl::StrCat("symbols/", i, loud ? "b" : "a");
      folder.Write(absl::StrCat(stem, ".png"), Png(static_cast<char>(2 * i + loud)));
      folder.Write(absl::StrCat(stem, ".txt"), loud ? absl::StrCat("the  symbol: ", i, "!\n")
                                                    : absl::StrCat("The symbol ", i, ".\n"));
    }
  }
  folder.Write("toys/first.png", Png(100));
  folder.Write("toys/first.txt", "A ball.\n");
  folder.Write("toys/second.png", Png(100));
  folder.Write("toys/second.txt", "A red ball.\n");
  GenerateOptions options;
  options.source_paths["tuxpaint_stamps"] = folder.path();
  const auto splits = SplitsOf(Generate("caption_tuxpaint", options));
  EXPECT_EQ(splits.size(), 41u);
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const std::string& split = splits.at(absl::StrCat("symbols/", i, "a"));
    EXPECT_EQ(split, splits.at(absl::StrCat("symbols/", i, "b"))) << i;
    seen.insert(split);
  }
  EXPECT_GT(seen.size(), 1u);
  EXPECT_EQ(splits.count("toys/first"), 1u);
  EXPECT_EQ(splits.count("toys/second"), 0u);

  const auto without = SplitsOf(Generate("caption_tuxpaint:symbols=without", options));
  EXPECT_EQ(without, (std::map<std::string, std::string>{{"toys/first", splits.at("toys/first")}}));
}

TEST(CaptionTuxpaint, ReadsCaptionsOfALanguage) {
  const ScratchFolder folder;
  std::filesystem::create_directories(folder / "symbols");
  for (int i = 0; i < 30; ++i) {
    const std::string stem = absl::StrCat("animals/birds/", 100 + i);
    folder.Write(absl::StrCat(stem, ".png"), Png(static_cast<char>(i)));
    folder.Write(absl::StrCat(stem, ".txt"), absl::StrCat("A bird ", i / 2, ". \r\nfr.utf8=Oiseau ",
                                                          i, "\nit.utf8=\nfr.utf8=second\n"));
  }
  folder.Write("animals/only_vector.svg", "<svg/>");
  folder.Write("animals/only_vector.txt", "A drawing.\n");
  folder.Write("animals/bird_mirror.png", Png('x'));
  GenerateOptions options;
  options.source_paths["tuxpaint_stamps"] = folder.path();
  KeepingSink english = Generate("caption_tuxpaint", options);
  std::map<std::string, std::string> split_of;
  size_t count = 0;
  for (const auto& [split, examples] : english.examples) {
    for (const Example& example : examples) {
      ++count;
      EXPECT_EQ(split_of.emplace(example.ports.at("caption").bytes(), split).first->second, split);
    }
  }
  EXPECT_EQ(count, 30u);
  EXPECT_EQ(english.examples["train"][0].key.substr(0, 14), "animals/birds/");
  EXPECT_EQ(split_of.count("A bird 3."), 1u);

  KeepingSink french = Generate("caption_tuxpaint:lang=fr", options);
  EXPECT_EQ(french.examples["train"].size(), english.examples["train"].size());
  EXPECT_THAT(french.examples["train"][0].ports.at("caption").bytes(), HasSubstr("Oiseau "));
  KeepingSink unused;
  EXPECT_THAT(Make("caption_tuxpaint:lang=it")->Generate(options, unused).message(),
              HasSubstr("no caption in language 'it'"));
}

// `rows` windows, all of A, C, G and T in turn, of the class "ie"; the indicators of the first base of `broken` are 1 1 0.
std::string SpliceRda(uint32_t rows, uint32_t broken) {
  constexpr uint32_t kFactor = 13 | kAttributes;
  RWriter r;
  r.Word(2).Word(0x20a01).Word(0x20300);
  r.Word(kTaggedPair).Symbol("DNA").Word(19 | kAttributes).Word(181);
  std::vector<std::string> names;
  for (uint32_t column = 0; column < 180; ++column) {
    names.push_back(absl::StrCat("V", column + 1));
    r.Word(kFactor).Word(rows);
    for (uint32_t row = 0; row < rows; ++row) {
      const bool set = column / 3 % 4 == column % 3 || (row == broken && column == 1);
      r.Word(set ? 2 : 1);
    }
    r.Word(kTaggedPair).Symbol("levels").Strings({"0", "1"}).Word(254);
  }
  names.push_back("Class");
  r.Word(kFactor).Word(rows);
  for (uint32_t row = 0; row < rows; ++row) r.Word(2);
  r.Word(kTaggedPair).Symbol("levels").Strings({"ei", "ie", "n"}).Word(254);
  r.Word(kTaggedPair).Symbol("names").Strings(names).Word(254);
  return r.Word(254).bytes;
}

TEST(SpliceDna, BasesFromIndicatorsAndTheSplitsOfStatLog) {
  const ScratchFolder folder;
  folder.Write("DNA.rda", SpliceRda(2100, 2050));
  GenerateOptions options;
  options.source_paths = {{"mlbench", folder.path()}};
  KeepingSink sink = Generate("splice_dna", options);
  EXPECT_EQ(sink.examples["train"].size() + sink.examples["valid"].size(), 2000u);
  EXPECT_GT(sink.examples["valid"].size(), 150u);
  EXPECT_LT(sink.examples["valid"].size(), 250u);
  EXPECT_EQ(sink.examples["test"].size(), 99u);
  std::string bases;
  for (int i = 0; i < 15; ++i) bases += "ACGT";
  EXPECT_EQ(sink.examples["test"][0].ports["site"].bytes(), bases);
  EXPECT_EQ(sink.examples["test"][0].ports["kind"].bytes(), "ie");
  EXPECT_THAT(sink.broken, ElementsAre(absl::StrCat(folder.path(),
                                                    "/DNA.rda: row 2051: base 1 has "
                                                    "the indicators '110'")));
}

TEST(Rna16sPhylum, TakesTheSecondNameOfTheLineage) {
  const ScratchFolder folder;
  std::string fasta;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&fasta, ">g", i, " Some species\tBacteria; ",
                    i % 2 == 0 ? "Firmicutes" : "Chlorobi", "; Bacilli\nACGTAC\nGT\n");
  }
  absl::StrAppend(&fasta, ">odd Some species\tBacteria\nACGT\n");
  folder.Write("rRNA16S.gold.fasta", fasta);
  GenerateOptions options;
  options.source_paths = {{"microbiomeutil", folder.path()}};
  KeepingSink sink = Generate("rna16s_phylum", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 200u);
  EXPECT_GT(sink.examples["train"].size(), 130u);
  EXPECT_GT(sink.examples["valid"].size(), 8u);
  EXPECT_GT(sink.examples["test"].size(), 8u);
  const Example& first = sink.examples["train"][0];
  EXPECT_EQ(first.ports.at("gene").bytes(), "ACGTACGT");
  EXPECT_EQ(first.ports.at("phylum").bytes(),
            std::stoi(first.key.substr(1)) % 2 == 0 ? "Firmicutes" : "Chlorobi");
  EXPECT_THAT(sink.broken, ElementsAre(absl::StrCat(folder.path(),
                                                    "/rRNA16S.gold.fasta:601: 'Bacteria' is not a "
                                                    "lineage with a phylum")));
}

TEST(SimilarityClusters, EqualsComparingAllPairs) {
  Philox random(RandomKey(9).With("clusters"));
  std::vector<std::string> sequences;
  for (int family = 0; family < 12; ++family) {
    std::string ancestor;
    for (int i = 0; i < 60; ++i) ancestor += static_cast<char>('A' + random.Below(20));
    for (uint64_t child = random.Below(5); child > 0; --child) {
      std::string mutated = ancestor;
      for (char& letter : mutated) {
        if (random.Below(12) == 0) letter = static_cast<char>('A' + random.Below(20));
      }
      sequences.push_back(mutated.substr(random.Below(20)));
    }
  }
  sequences.insert(sequences.end(), {"AC", "AC", "AD", ""});
  ASSERT_GT(sequences.size(), 15u);
  const auto kmers = [](const std::string& sequence) {
    std::set<std::string> found;
    for (size_t i = 0; i + 3 <= sequence.size(); ++i) found.insert(sequence.substr(i, 3));
    if (found.empty()) found.insert(sequence);
    return found;
  };
  // Joined until nothing changes.
  std::vector<int64_t> expected;
  for (size_t i = 0; i < sequences.size(); ++i) expected.push_back(static_cast<int64_t>(i));
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < sequences.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        const auto a = kmers(sequences[i]), b = kmers(sequences[k]);
        std::vector<std::string> both;
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
        if (static_cast<double>(both.size()) <
            0.3 * static_cast<double>(std::min(a.size(), b.size())))
          continue;
        const int64_t least = std::min(expected[i], expected[k]);
        changed = changed || expected[i] != expected[k];
        expected[i] = expected[k] = least;
      }
    }
  }
  EXPECT_EQ(SimilarityClusters(sequences, 3, 0.3), expected);
  EXPECT_GT(std::set<int64_t>(expected.begin(), expected.end()).size(), 5u);
}

TEST(ProteinToMrnaKaptive, KeepsGenesThatSayTheirProteinAndRelativesTogether) {
  const ScratchFolder folder;
  // 60 families of a gene and a relative with one other codon; a gene whose protein is another; a fragment.
  const std::vector<std::string> codons = {"GCC", "CTG", "TGG", "CGC", "AAA", "GAT", "TTC", "ACC"};
  const std::string residues = "ALWRKDFT";
  const auto record = [](const std::string& name, const std::string& organism,
                         const std::string& bases, const std::string& protein) {
    return absl::StrCat("LOCUS ", name, "\n  ORGANISM  ", organism,
                        "\nFEATURES             Location/Qualifiers\n     CDS             1..",
                        bases.size(), "\n                     /translation=\"", protein,
                        "\"\nORIGIN\n        1 ", bases, "\n//\n");
  };
  std::string klebsiella;
  Philox random(RandomKey(10).With("genes"));
  for (int family = 0; family < 60; ++family) {
    std::string bases = "GTG", protein = "M";
    for (int i = 0; i < 40; ++i) {
      const size_t which = random.Below(codons.size());
      bases += codons[which];
      protein += residues[which];
    }
    std::string relative = bases;
    relative.replace(60, 3, "ATG");
    std::string its_protein = protein;
    its_protein[20] = 'M';
    klebsiella +=
        record(absl::StrCat("a", family), "Klebsiella pneumoniae", bases + "TAA", protein);
    klebsiella +=
        record(absl::StrCat("b", family), "Klebsiella sp. 1", relative + "TGA", its_protein);
  }
  klebsiella += record("equal", "Klebsiella sp. 2", "ATGGCCTAA", "MA");
  klebsiella += record("equal2", "Klebsiella sp. 3", "ATGGCCTAG", "MA");
  klebsiella += record("wrong", "Klebsiella sp. 2", "ATGGCCTAA", "MC");
  klebsiella += record("endless", "Klebsiella sp. 2", "ATGGCC", "MA");
  folder.Write("Klebsiella_k_locus_primary_reference.gbk", klebsiella);
  for (const char* other :
       {"Klebsiella_k_locus_variant_reference.gbk", "Klebsiella_o_locus_primary_reference.gbk",
        "Acinetobacter_baumannii_OC_locus_primary_reference.gbk",
        "Acinetobacter_baumannii_k_locus_primary_reference.gbk"}) {
    folder.Write(other, record("acinetobacter", "Acinetobacter baumannii", "ATGGCCTAA", "MA"));
  }
  GenerateOptions options;
  options.source_paths = {{"kaptive", folder.path()}};
  KeepingSink sink = Generate("protein_to_mrna_kaptive", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 122u);  // with one gene of each genus that is there several times
  std::map<std::string, int> families;
  for (int family = 0; family < 60; ++family) {
    const std::string& split = splits.at(absl::StrCat("a", family, ":1..126"));
    EXPECT_EQ(split, splits.at(absl::StrCat("b", family, ":1..126"))) << family;
    ++families[split];
  }
  EXPECT_EQ(families.size(), 3u);
  EXPECT_GT(families["train"], 35);
  for (const Example& example : sink.examples["train"]) {
    const std::string& mrna = example.ports.at("mrna").bytes();
    EXPECT_EQ(mrna.size(), 3 * example.ports.at("protein").bytes().size());
    EXPECT_EQ(example.ports.at("protein").bytes()[0], 'M');
  }
  EXPECT_EQ(sink.broken.size(), 0u);
}

TEST(SpeechAsteriskEn, TakesThePromptsThatAreSpoken) {
  const ScratchFolder sounds, texts;
  std::string list =
      "; Core sounds\n\nbeep: [this is a beep]\nmissing: Not there.\nodd line\n../away: "
      "Out.\n/abs: Out.\n";
  for (int i = 0; i < 100; ++i) {
    const std::string name = absl::StrCat(i % 2 == 0 ? "" : "digits/", "p", i);
    absl::StrAppend(&list, name, ": Please press ", i, ", Waldo's  prompt... (a tone) [@]\n");
    sounds.Write(name + ".wav", absl::StrCat("sound ", i));
  }
  sounds.Write("activated.wav", "");
  sounds.Write("beep.wav", "beep");
  texts.Write("core-sounds-en.txt.gz", list);  // read plain too
  GenerateOptions options;
  options.source_paths = {{"asterisk_sounds_en", sounds.path()},
                          {"asterisk_texts_en", texts.path()}};
  KeepingSink sink = Generate("speech_asterisk_en", options);
  EXPECT_EQ(SplitsOf(sink).size(), 100u);
  EXPECT_GT(sink.examples["train"].size(), 65u);
  EXPECT_GT(sink.examples["test"].size(), 3u);
  for (const Example& example : sink.examples["train"]) {
    const std::string number = example.key.substr(example.key.find('p') + 1);
    EXPECT_EQ(example.ports.at("speech").bytes(), "sound " + number);
    EXPECT_EQ(example.ports.at("words").bytes(), "please press " + number + " waldo's prompt");
  }
  EXPECT_THAT(sink.broken,
              ElementsAre(HasSubstr("core-sounds-en.txt.gz:5: it is not 'name: text'"),
                          HasSubstr(".gz:6: it is not"), HasSubstr(".gz:7: it is not")));
}

TEST(ProteinToTextProkka, TakesTheProductOfTheHeaderAndKeepsRelativesTogether) {
  const ScratchFolder folder;
  Philox random(RandomKey(11).With("proteins"));
  std::string fasta;
  for (int i = 0; i < 60; ++i) {
    std::string protein = "M";
    for (int k = 0; k < 40; ++k) protein += "ACDEFGHIKLNPQRSTVWY"[random.Below(19)];
    absl::StrAppend(&fasta, ">a", i, " 1.2.3.4~~~gen~~~ABC transporter, part ", i, "\n", protein,
                    "\n>b", i, " ~~~~~~relative\n", protein.substr(0, 30), "AA\n");
  }
  folder.Write("Enterococcus", fasta);
  folder.Write("Escherichia", ">c ~~~x~~~protein\nMKK\n>odd protein\nMKA\n");
  folder.Write("Staphylococcus", ">c ~~~x~~~protein\nMKK\n");
  GenerateOptions options;
  options.source_paths = {{"prokka", folder.path()}};
  KeepingSink sink = Generate("protein_to_text_prokka", options);
  const auto splits = SplitsOf(sink);
  EXPECT_EQ(splits.size(), 122u);
  std::set<std::string> seen;
  for (int i = 0; i < 60; ++i) {
    const std::string& split = splits.at(absl::StrCat("Enterococcus:a", i));
    EXPECT_EQ(split, splits.at(absl::StrCat("Enterococcus:b", i)));
    seen.insert(split);
  }
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_EQ(splits.at("Escherichia:c"), splits.at("Staphylococcus:c"));
  EXPECT_THAT(sink.broken, ElementsAre(HasSubstr("Escherichia:3: the header does not end in")));
  int found = 0;
  for (const auto& [split, examples] : sink.examples) {
    for (const Example& example : examples) {
      if (example.key != "Enterococcus:a7") continue;
      EXPECT_EQ(example.ports.at("product").bytes(), "ABC transporter, part 7");
      ++found;
    }
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace t2t
