// Training that takes a second, a run that the tests of a process share, and what a folder holds.
#ifndef T2T_TESTS_TENSOR2TENSOR_CLI_TINY_RUN_H_
#define T2T_TESTS_TENSOR2TENSOR_CLI_TINY_RUN_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace t2t {

inline constexpr char kReverse[] = "reverse:alphabet=4,count=80,length=4";
inline constexpr char kStripes[] = "image_stripes:count=60";
inline constexpr char kBars[] = "caption_bars:count=50";

// "train" with a model of some thousand weights on one thread, and `more` behind it.
std::vector<std::string> TinyTraining(const std::vector<std::string>& more);

struct TrainedRun {
  std::string run, data;
};
// kReverse and kBars, 160 steps, checkpoints 100 and 160; trained at the first call, removed at the
// end. Not to be changed: CopyFolder makes one's own.
const TrainedRun& SharedRun();

// With its links.
void CopyFolder(const std::string& from, const std::string& to);
// The bytes of every file below a folder by relative path; of a link, where it points.
std::map<std::string, std::string> Contents(const std::string& folder);
// The files that only one of the two holds, or that are not the same in both.
std::vector<std::string> Differing(const std::map<std::string, std::string>& one,
                                   const std::map<std::string, std::string>& other);
// Nothing below the folder has a name of what is being written.
void ExpectNothingHalfWritten(const std::string& folder);
// Every line of a file or of stdout as JSON.
std::vector<nlohmann::json> JsonLines(const std::string& text);
std::string MustRead(const std::string& path);
std::vector<std::string> Lines(const std::string& text);

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_CLI_TINY_RUN_H_
