#include "tests/tensor2tensor/cli/tiny_run.h"

#include <filesystem>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "registry/check.h"
#include "tests/problems/scratch_folder.h"
#include "tests/tensor2tensor/cli/run_t2t.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::vector<std::string> TinyTraining(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"train"};
  for (const char* set :
       {"model.d_model=16", "model.heads=2", "model.ff=32", "model.encoder_layers=1",
        "model.decoder_layers=1", "trainer.threads=1", "trainer.log_every=1",
        "data.tokens_per_batch=512", "schedule.learning_rate=0.01", "schedule.warmup_steps=10"}) {
    arguments.insert(arguments.end(), {"--set", set});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

const TrainedRun& SharedRun() {
  static const ScratchFolder folder;
  static const TrainedRun& shared = *[] {
    auto* made = new TrainedRun{folder / "run", folder / "data"};
    const Outcome outcome = RunT2t(
        TinyTraining({"--problem", kReverse, "--problem", kBars, "--out", made->run, "--data",
                      made->data, "--steps", "160", "--set", "trainer.checkpoint_every=100"}));
    T2T_CHECK(outcome.code == 0) << outcome.err;
    return made;
  }();
  return shared;
}

void CopyFolder(const std::string& from, const std::string& to) {
  fs::create_directories(fs::path(to).parent_path());
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
}

std::map<std::string, std::string> Contents(const std::string& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_symlink()) {
      contents[name] = "-> " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      contents[name] = MustRead(entry.path().string());
    }
  }
  return contents;
}

std::vector<std::string> Differing(const std::map<std::string, std::string>& one,
                                   const std::map<std::string, std::string>& other) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : one) {
    const auto same = other.find(name);
    if (same == other.end() || same->second != bytes) names.push_back(name);
  }
  for (const auto& [name, bytes] : other) {
    if (one.count(name) == 0) names.push_back(name);
  }
  return names;
}

void ExpectNothingHalfWritten(const std::string& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    for (const char* mark : {".tmp-", ".saving-", ".removing-", ".partial"})
      EXPECT_THAT(name, testing::Not(testing::HasSubstr(mark)));
  }
}

std::vector<nlohmann::json> JsonLines(const std::string& text) {
  std::vector<nlohmann::json> records;
  for (const std::string& line : Lines(text)) {
    records.push_back(nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
    EXPECT_TRUE(records.back().is_object()) << line;
  }
  return records;
}

std::string MustRead(const std::string& path) {
  const auto bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? *bytes : "";
}

std::vector<std::string> Lines(const std::string& text) {
  if (text.empty()) return {};
  EXPECT_EQ(text.back(), '\n') << "the last line is cut: " << text;
  return absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
}

}  // namespace t2t
