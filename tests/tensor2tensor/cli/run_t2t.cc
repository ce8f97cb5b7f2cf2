#include "tests/tensor2tensor/cli/run_t2t.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "registry/check.h"

namespace t2t {
namespace {

using testing::HasSubstr;
using testing::Not;

int MemoryFile(const std::string& bytes) {
  const int file = memfd_create("t2t-test", MFD_CLOEXEC);
  T2T_CHECK(file >= 0 &&
            write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  lseek(file, 0, SEEK_SET);
  return file;
}

std::string ReadAll(int file) {
  const auto bytes = ReadFile(absl::StrCat("/proc/self/fd/", file));
  T2T_CHECK(bytes.ok());
  return *bytes;
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  return stream << "exit code " << outcome.code << "\nstdout:\n"
                << outcome.out << "\nstderr:\n"
                << outcome.err;
}

Process::Process(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  std::string program = T2T_PROGRAM;
  std::vector<char*> argv = {program.data()};
  std::vector<std::string> words = arguments;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int in = MemoryFile(options.input);
  const int out = options.output.empty() ? MemoryFile("") : open(options.output.c_str(), O_WRONLY);
  err_ = MemoryFile("");
  T2T_CHECK(out >= 0);
  pid_ = fork();
  T2T_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err_, STDERR_FILENO);
    setenv("OMP_WAIT_POLICY", "passive", 1);
    if (options.largest_file > 0) {
      signal(SIGXFSZ, SIG_IGN);  // write() then fails with EFBIG
      const rlimit limit = {static_cast<rlim_t>(options.largest_file),
                            static_cast<rlim_t>(options.largest_file)};
      setrlimit(RLIMIT_FSIZE, &limit);
    }
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(in);
  if (options.output.empty()) {
    out_ = out;
  } else {
    close(out);
  }
}

Process::~Process() {
  if (Running()) {
    Send(SIGKILL);
    Reap(0);
  }
  if (out_ >= 0) close(out_);
  close(err_);
}

void Process::Reap(int flags) {
  if (!ended_) ended_ = waitpid(pid_, &status_, flags) == pid_;
}

bool Process::Running() {
  Reap(WNOHANG);
  return !ended_;
}

void Process::Send(int signal) const { kill(pid_, signal); }

Outcome Process::Wait() {
  Reap(0);
  Outcome outcome;
  outcome.code = WIFSIGNALED(status_) ? -WTERMSIG(status_) : WEXITSTATUS(status_);
  if (out_ >= 0) outcome.out = ReadAll(out_);
  outcome.err = ReadAll(err_);
  return outcome;
}

Outcome RunT2t(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  return Process(arguments, options).Wait();
}

bool WaitFor(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void ExpectFails(const Outcome& outcome, int code, const std::vector<std::string>& said) {
  EXPECT_EQ(outcome.code, code) << outcome;
  EXPECT_EQ(outcome.out, "");
  for (const std::string& text : said) EXPECT_THAT(outcome.err, HasSubstr(text));
  for (const char* trace : {"terminate called", " frame #", "what():", "Exception raised from"})
    EXPECT_THAT(outcome.err, Not(HasSubstr(trace)));
}

std::string ExpectWorks(const Outcome& outcome) {
  EXPECT_EQ(outcome.code, 0) << outcome;
  return outcome.out;
}

}  // namespace t2t
