// Runs the program t2t as a process, as a person or a script would.
//
//   const Outcome outcome = RunT2t({"list", "presets"});
//   EXPECT_EQ(outcome.code, 0) << outcome;
//
//   Process training({"train", "--problem", "copy", "--out", run});
//   WaitFor([&] { return std::filesystem::exists(run + "/checkpoints/step-00000004"); });
//   training.Send(SIGKILL);
//   EXPECT_EQ(training.Wait().code, -SIGKILL);
#ifndef T2T_TESTS_TENSOR2TENSOR_CLI_RUN_T2T_H_
#define T2T_TESTS_TENSOR2TENSOR_CLI_RUN_T2T_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace t2t {

struct Outcome {
  int code = 0;  // the exit code, or minus the signal that ended the process
  std::string out, err;
};
std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

struct ProcessOptions {
  std::string input = "";    // on stdin
  std::string output = "";   // the file that stdout goes to, such as /dev/full; "" = Outcome::out
  int64_t largest_file = 0;  // a write beyond so many bytes fails, as on a full disk; 0 = none does
};

// Not thread-safe. A process that still runs is killed in the destructor.
class Process {
 public:
  explicit Process(const std::vector<std::string>& arguments, const ProcessOptions& options = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool Running();
  void Send(int signal) const;
  Outcome Wait();

 private:
  void Reap(int flags);

  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
  int out_ = -1, err_ = -1;  // files in memory; -1 where stdout went elsewhere
};

Outcome RunT2t(const std::vector<std::string>& arguments, const ProcessOptions& options = {});

// Polls until `condition` holds; false after two minutes.
bool WaitFor(const std::function<bool()>& condition);

// The command failed as a person is to see it: this exit code, each of `said` on stderr, nothing on
// stdout, and no trace of an exception.
void ExpectFails(const Outcome& outcome, int code, const std::vector<std::string>& said);
// The command did its work. Gives its stdout.
std::string ExpectWorks(const Outcome& outcome);

}  // namespace t2t

#endif  // T2T_TESTS_TENSOR2TENSOR_CLI_RUN_T2T_H_
