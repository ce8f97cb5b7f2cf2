// A progress display for long work. On a terminal it is one line that is drawn again in place and
// is gone at the end; elsewhere (a file, a pipe) a plain line now and then.
//
//   Progress progress(stderr, IsTerminal(stderr), MonotonicSeconds);
//   for (...) progress.Update(done / total, "loss g2p 1.32 | 5200 tokens/s | padding 7 %");
//   progress.Finish("trained 10000 steps in 5:51");
//
//   " 42% [########------------] 2:21, 3:15 left | loss g2p 1.32 ..."        on a terminal
//   " 42% 2:21, 3:15 left | loss g2p 1.32 ..."                               elsewhere
//
// A line never wraps: it is cut at the terminal's last column but one, by columns and not by bytes.
// Text may come from data: control characters become spaces and what is not UTF-8 '?', so that no
// one's file can write escape sequences to the terminal.
#ifndef T2T_TRAINER_PROGRESS_H_
#define T2T_TRAINER_PROGRESS_H_

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

// "0:07", "5:51", "1:02:03", "3d 04h"; "--" for what is negative or not finite.
std::string FormatDuration(double seconds);

// Whether a line can be drawn again on it: a terminal that is not called "dumb".
bool IsTerminal(std::FILE* out);

// A clock that only goes forward.
double MonotonicSeconds();

struct ProgressOptions {
  double seconds_between_draws = 0.1;  // on a terminal
  double seconds_between_lines = 10;   // elsewhere
  int64_t columns = 0;  // of the terminal; 0 = ask it at every draw, 80 if it does not say
};

// Not thread-safe. Errors of the output are ignored: a closed terminal must not end the training.
class Progress {
 public:
  // `out` must outlive it. `clock` gives seconds.
  Progress(std::FILE* out, bool terminal, std::function<double()> clock,
           ProgressOptions options = {});
  // Removes the drawn line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap enough for every step. fraction is in [0, 1], below 0 where the total is unknown. The
  // time left is reckoned from the first Update on, so that a resumed run is not taken for a fast
  // one.
  void Update(double fraction, absl::string_view text);
  // A line that stays, above the drawn one.
  void PrintLine(absl::string_view text);
  // Removes the drawn line and prints the text, if there is any. Update may begin again after it.
  void Finish(absl::string_view text);

 private:
  std::string Line(double now) const;
  int64_t Columns() const;
  void Draw(double now);

  std::FILE* out_;
  bool terminal_;
  std::function<double()> clock_;
  ProgressOptions options_;
  bool started_ = false;
  bool drawn_ = false;   // a line stands on the terminal
  double shown_at_ = 0;  // when the last line was shown
  double began_at_ = 0;  // the first Update: its time and fraction
  double began_fraction_ = 0;
  double fraction_ = -1;
  std::string text_;
};

}  // namespace t2t

#endif  // T2T_TRAINER_PROGRESS_H_
