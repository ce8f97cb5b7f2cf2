// Whatever bytes stand in a configuration, reading them ends in a value or a Status; and what Dump writes is
// read again as the same values.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "random/philox.h"
#include "registry/config.h"

namespace t2t {
namespace {

constexpr char kReal[] =
    "# One model for words and pictures.\n"
    "extends: transformer_tiny\n"
    "problems: {g2p_cmudict: 3, \"translate:lang=it\": 2, 'image': 1e-1}\n"
    "model: {d_model: 192, dropout: 0.1, name: \"a \\\"b\\\" \\u00e9\"}\n"
    "ports:\n"
    "  g2p_cmudict:\n"
    "    word: {vocab: {kind: sentencepiece, size: 4_000}}\n"
    "    files:\n"
    "      - one\n"
    "      - |\n"
    "        two\n"
    "        lines\n"
    "trainer:\n"
    "  max_time: 6m   # a comment\n"
    "  text: >-\n"
    "    folded\n"
    "    text\n";

// Every way in: none may crash. Whether the bytes are a configuration is up to them.
void Read(const std::string& bytes) {
  Config config;
  const absl::Status status = config.MergeYaml(bytes, Origin::kFile, "x");
  if (!status.ok()) {
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_FALSE(status.message().empty());
  }
  (void)Config::Extends(bytes, "x").ok();
  (void)config.Set("a.b=" + bytes).ok();
  (void)config.Set(bytes).ok();
  (void)config.MergeDefaults("ports.p.q", bytes, "x").ok();
  std::map<std::string, double> rates;
  std::string text;
  config.Root().Field("problems", &rates, "");
  config.Root().Section("model").Field("name", &text, "");
  (void)config.Finish().ok();
  (void)config.Dump(true);
}

TEST(ConfigDamageTest, EveryTruncation) {
  const std::string real = kReal;
  for (size_t size = 0; size <= real.size(); ++size) {
    SCOPED_TRACE(size);
    Read(real.substr(0, size));
  }
}

TEST(ConfigDamageTest, EveryByteReplaced) {
  Philox random(RandomKey(1).With("replace"));
  for (size_t i = 0; i + 1 < sizeof kReal; ++i) {
    std::string bytes = kReal;
    bytes[i] = static_cast<char>(random.Below(256));
    SCOPED_TRACE(i);
    Read(bytes);
  }
}

TEST(ConfigDamageTest, RandomBytes) {
  Philox random(RandomKey(1).With("bytes"));
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(random.Below(60), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    SCOPED_TRACE(i);
    Read(bytes);
  }
}

// Out of the signs that mean something to YAML.
TEST(ConfigDamageTest, RandomSigns) {
  const std::vector<std::string> signs = {
      "a", "b", ": ", ":",  "- ", "\n",  "  ",  "{", "}", "[", "]",  ",", "&a", "*a",  "!t ",
      "|", ">", "'",  "\"", "#",  "---", "...", "%", "?", "~", "<<", "1", "\t", "\xff"};
  Philox random(RandomKey(1).With("signs"));
  for (int i = 0; i < 3000; ++i) {
    std::string bytes;
    for (uint64_t n = random.Below(25); n > 0; --n) bytes += signs[random.Below(signs.size())];
    SCOPED_TRACE(bytes);
    Read(bytes);
  }
}

TEST(ConfigDamageTest, DeepNesting) {
  for (const char* open : {"[", "{a: ", "- ", "? ", "a:\n "}) {
    std::string bytes;
    for (int i = 0; i < 20000; ++i) bytes += open;
    Config config;
    EXPECT_FALSE(config.MergeYaml(bytes, Origin::kFile, "x").ok()) << open;
  }
}

// The words, signs and numbers that plain YAML would read as something else.
TEST(ConfigRoundTripTest, WhatDumpWritesIsReadAgain) {
  std::vector<std::string> words = {"",
                                    "null",
                                    "Null",
                                    "NULL",
                                    "~",
                                    "true",
                                    "no",
                                    "1e5",
                                    "0x10",
                                    "-",
                                    "-1",
                                    "- a",
                                    "...",
                                    "---",
                                    "a: b",
                                    "#x",
                                    "a #b",
                                    "'",
                                    "\"",
                                    "\\",
                                    "\\n",
                                    "\n",
                                    "\t",
                                    "\r\n",
                                    " a ",
                                    "[a]",
                                    "{a: b}",
                                    "*a",
                                    "&a",
                                    "!t",
                                    "%x",
                                    "@x",
                                    "`",
                                    "|",
                                    ">",
                                    "?",
                                    "a,b",
                                    "<<",
                                    "\x01",
                                    "\x7f",
                                    "\x1b[0m",
                                    "a\xc3\xa9",
                                    "\xe2\x80\xa8",
                                    "\xc2\x85"};
  Philox random(RandomKey(1).With("words"));
  for (int i = 0; i < 300; ++i) {
    std::string word(1 + random.Below(6), '\0');
    for (char& c : word) c = static_cast<char>(1 + random.Below(127));
    words.push_back(word);
  }
  for (const std::string& word : words) {
    SCOPED_TRACE(testing::PrintToString(word));
    const auto bind = [](Config& config, std::string* text, std::vector<std::string>* list,
                         std::map<std::string, double>* map) {
      Binder b = config.Root().Section("s");
      b.Field("text", text, "a text");
      b.Field("list", list, "texts");
      b.Field("map", map, "numbers");
    };
    Config before;
    std::string text = word;
    std::vector<std::string> list = {word, "b", word};
    std::map<std::string, double> map;
    if (!word.empty()) map[word] = 0.1;
    bind(before, &text, &list, &map);
    for (const bool comments : {false, true}) {
      Config after;
      const std::string dump = before.Dump(comments);
      const absl::Status status = after.MergeYaml(dump, Origin::kFile, "dump");
      ASSERT_TRUE(status.ok()) << status << "\n" << dump;
      std::string text_again;
      std::vector<std::string> list_again;
      std::map<std::string, double> map_again;
      bind(after, &text_again, &list_again, &map_again);
      ASSERT_TRUE(after.Finish().ok()) << after.Finish() << "\n" << dump;
      EXPECT_EQ(text_again, word) << dump;
      EXPECT_EQ(list_again, list) << dump;
      EXPECT_EQ(map_again, map) << dump;
      EXPECT_TRUE(Config::Differences(before, after).empty()) << dump;
    }
  }
}

TEST(ConfigRoundTripTest, NumbersKeepEveryBit) {
  Philox random(RandomKey(1).With("numbers"));
  for (int i = 0; i < 500; ++i) {
    double number = 0;
    const uint64_t bits = random.Next64();
    static_assert(sizeof number == sizeof bits);
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    Config before, after;
    int64_t whole = static_cast<int64_t>(random.Next64());
    const int64_t first_whole = whole;
    const double first = number;
    before.Root().Field("number", &number, "");
    before.Root().Field("whole", &whole, "");
    ASSERT_TRUE(after.MergeYaml(before.Dump(false), Origin::kFile, "dump").ok());
    number = 0;
    whole = 0;
    after.Root().Field("number", &number, "");
    after.Root().Field("whole", &whole, "");
    ASSERT_TRUE(after.Finish().ok()) << after.Finish();
    EXPECT_EQ(number, first);
    EXPECT_EQ(whole, first_whole);
    EXPECT_TRUE(Config::Differences(before, after).empty());
  }
}

}  // namespace
}  // namespace t2t
