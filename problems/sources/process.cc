#include "problems/sources/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "files/file_descriptor.h"

extern char** environ;

namespace t2t {
namespace {

constexpr size_t kOutputKept = 16 << 10;

std::string ReadTail(int fd) {
  std::string output;
  char buffer[4096];
  while (true) {
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    output.append(buffer, static_cast<size_t>(size));
    if (output.size() > 2 * kOutputKept) output.erase(0, output.size() - kOutputKept);
  }
  if (output.size() > kOutputKept) output.erase(0, output.size() - kOutputKept);
  return output;
}

}  // namespace

absl::StatusOr<std::string> RunProcess(const std::vector<std::string>& arguments,
                                       const std::string& folder) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus("make a pipe for", arguments[0]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return absl::NotFoundError(
        absl::StrCat("cannot run ", arguments[0], " in ", folder, ": ", strerror(error)));
  }
  const std::string output = ReadTail(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  return absl::AbortedError(
      absl::StrCat("'", absl::StrJoin(arguments, " "), "' ",
                   WIFEXITED(status) ? absl::StrCat("ended with status ", WEXITSTATUS(status))
                                     : absl::StrCat("was killed by signal ", WTERMSIG(status)),
                   ": ", absl::StripAsciiWhitespace(output)));
}

}  // namespace t2t
