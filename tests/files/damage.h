// A folder for one test, and systematic damage to bytes: every prefix, random single-byte changes.
#ifndef T2T_TESTS_FILES_DAMAGE_H_
#define T2T_TESTS_FILES_DAMAGE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "random/philox.h"

namespace t2t {

// Removed with all that is in it.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "t2t-files-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  int64_t CountFiles() const {
    int64_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++count;
    return count;
  }

 private:
  std::string path_;
};

// Without the flush to disk that makes the writers under test too slow for thousands of files.
inline void WriteRaw(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(file.flush().good()) << path;
}

// Calls check(prefix) for every proper prefix.
template <typename Check>
void ForEachTruncation(const std::string& bytes, Check check) {
  for (size_t size = 0; size < bytes.size(); ++size) {
    SCOPED_TRACE("cut to " + std::to_string(size) + " bytes");
    check(bytes.substr(0, size));
    if (testing::Test::HasFatalFailure()) return;
  }
}

// Calls check(damaged, place) for bytes that differ from the given ones in exactly one byte.
template <typename Check>
void ForEachFlip(const std::string& bytes, int count, Check check) {
  Philox random(RandomKey(1).With("flips").With(bytes));
  for (int i = 0; i < count; ++i) {
    std::string damaged = bytes;
    const size_t place = random.Below(bytes.size());
    damaged[place] = static_cast<char>(damaged[place] ^ static_cast<char>(1 + random.Below(255)));
    SCOPED_TRACE("flip " + std::to_string(i) + " at byte " + std::to_string(place));
    check(damaged, place);
    if (testing::Test::HasFatalFailure()) return;
  }
}

inline std::string RandomBytes(Philox& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Next32());
  return bytes;
}

}  // namespace t2t

#endif  // T2T_TESTS_FILES_DAMAGE_H_
