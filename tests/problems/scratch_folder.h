// A new folder for one test, removed at its end; and a sink that keeps what a problem gives.
#ifndef T2T_TESTS_PROBLEMS_SCRATCH_FOLDER_H_
#define T2T_TESTS_PROBLEMS_SCRATCH_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "files/atomic_file.h"
#include "gtest/gtest.h"
#include "problems/problem.h"

namespace t2t {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::canonical(testing::TempDir()) / "t2t-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file, with the folders above it, and returns its path.
  std::string Write(const std::string& name, const std::string& bytes) const {
    const std::string path = path_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    EXPECT_TRUE(WriteFileAtomically(path, bytes).ok());
    return path;
  }

 private:
  std::string path_;
};

class KeepingSink : public ExampleSink {
 public:
  absl::Status Add(absl::string_view split, Example example) override {
    examples[std::string(split)].push_back(std::move(example));
    return absl::OkStatus();
  }
  absl::Status Broken(absl::string_view where, const absl::Status& why) override {
    broken.push_back(std::string(where) + ": " + std::string(why.message()));
    return absl::OkStatus();
  }

  void LeftOut(absl::string_view why) override { ++left_out[std::string(why)]; }

  std::map<std::string, std::vector<Example>> examples;
  std::vector<std::string> broken;
  std::map<std::string, int> left_out;
};

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_SCRATCH_FOLDER_H_
