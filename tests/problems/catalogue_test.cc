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
#include "tests/problems/catalogue_kit.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

cv::Mat Decode(const Value& png) {
  return cv::imdecode(std::vector<char>(png.bytes().begin(), png.bytes().end()),
                      cv::IMREAD_GRAYSCALE);
}

std::string Png(char grey) { return *EncodePng(PixelsOfGrey(std::string(16, grey), 4, 4)); }

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
    const std::string input = MakeRegistered(instance)->Spec().inputs[0].name;
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
  EXPECT_EQ(MakeRegistered("g2p_cmudict")->Generate(options, sink).message(),
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
  EXPECT_THAT(broken.broken,
              ElementsAre((folder / "t10k-labels-idx1-ubyte.gz: item 3: label 10 is not 0 to 9")));
  EXPECT_EQ(broken.examples["test"].size(), 19u);

  folder.Write("train-labels-idx1-ubyte.gz", std::string("\0\0\x08\x01", 4) + BigEndian(1) + "x");
  KeepingSink unused;
  EXPECT_THAT(MakeRegistered("image_fashion_mnist")->Generate(options, unused).message(),
              HasSubstr("train-labels-idx1-ubyte.gz: ends after 1 rows, but"));
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
  EXPECT_THAT(MakeRegistered("caption_emoji:lang=xx")->Generate(options, unused).message(),
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
  EXPECT_THAT(MakeRegistered("caption_tuxpaint:lang=it")->Generate(options, unused).message(),
              HasSubstr("no caption in language 'it'"));
}

}  // namespace
}  // namespace t2t
