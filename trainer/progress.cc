#include "trainer/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace t2t {
namespace {

constexpr int64_t kBarColumns = 20;
constexpr absl::string_view kEraseToEnd = "\x1b[K";

// The text without what could move the cursor, cut to so many columns.
std::string Printable(absl::string_view text, int64_t columns) {
  std::string result;
  int64_t used = 0;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code = -1;
    const utf8proc_ssize_t taken = utf8proc_iterate(at, left, &code);
    const utf8proc_ssize_t bytes = std::max<utf8proc_ssize_t>(taken, 1);
    absl::string_view piece(reinterpret_cast<const char*>(at), static_cast<size_t>(bytes));
    int64_t width = 1;
    if (taken <= 0) {
      piece = "?";
    } else {
      const utf8proc_category_t category = utf8proc_category(code);
      // Format characters go too: they may turn the direction of the line.
      const bool control = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
                           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
      if (control) {
        piece = " ";
      } else {
        width = utf8proc_charwidth(code);
      }
    }
    if (used + width > columns) break;
    used += width;
    absl::StrAppend(&result, piece);
    at += bytes;
    left -= bytes;
  }
  return result;
}

void Put(std::FILE* out, const std::string& bytes) {
  // One write: a terminal that shows an erased line before the new one flickers.
  std::fwrite(bytes.data(), 1, bytes.size(), out);
  std::fflush(out);
}

}  // namespace

std::string FormatDuration(double seconds) {
  constexpr double kMost = 1e12;
  if (!(seconds >= 0 && seconds < kMost)) return "--";
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  const int64_t minutes = whole / 60, hours = whole / 3600, days = whole / 86400;
  if (days > 0) return absl::StrFormat("%dd %02dh", days, hours % 24);
  if (hours > 0) return absl::StrFormat("%d:%02d:%02d", hours, minutes % 60, whole % 60);
  return absl::StrFormat("%d:%02d", minutes, whole % 60);
}

bool IsTerminal(std::FILE* out) {
  const char* kind = std::getenv("TERM");
  return ::isatty(::fileno(out)) == 1 && kind != nullptr && absl::string_view(kind) != "dumb";
}

double MonotonicSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Progress::Progress(std::FILE* out, bool terminal, std::function<double()> clock,
                   ProgressOptions options)
    : out_(out), terminal_(terminal), clock_(std::move(clock)), options_(options) {}

Progress::~Progress() {
  if (drawn_) Put(out_, absl::StrCat("\r", kEraseToEnd));
}

int64_t Progress::Columns() const {
  if (options_.columns > 0) return options_.columns;
  winsize size{};
  if (::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string Progress::Line(double now) const {
  const double elapsed = now - began_at_;
  std::string line;
  if (fraction_ >= 0) {
    line = absl::StrFormat("%3d%% ", static_cast<int64_t>(std::floor(fraction_ * 100)));
    if (terminal_) {
      const auto full = static_cast<int64_t>(fraction_ * kBarColumns);
      absl::StrAppend(&line, "[", std::string(static_cast<size_t>(full), '#'),
                      std::string(static_cast<size_t>(kBarColumns - full), '-'), "] ");
    }
  }
  absl::StrAppend(&line, FormatDuration(elapsed));
  const double gained = fraction_ - began_fraction_;
  if (fraction_ >= 0 && began_fraction_ >= 0 && gained > 0) {
    absl::StrAppend(&line, ", ", FormatDuration(elapsed * (1 - fraction_) / gained), " left");
  }
  if (!text_.empty()) absl::StrAppend(&line, " | ", text_);
  return line;
}

void Progress::Draw(double now) {
  shown_at_ = now;
  if (terminal_) {
    // The last column stays free: some terminals wrap as soon as it is written.
    Put(out_, absl::StrCat("\r", Printable(Line(now), Columns() - 1), kEraseToEnd));
    drawn_ = true;
  } else {
    Put(out_, Printable(Line(now), INT64_MAX) + "\n");
  }
}

void Progress::Update(double fraction, absl::string_view text) {
  const double now = clock_();
  fraction_ = fraction >= 0 ? std::min(fraction, 1.0) : -1;  // what is no number too
  text_ = std::string(text);
  const bool first = !started_;
  if (first) {
    started_ = true;
    began_at_ = now;
    began_fraction_ = fraction_;
  }
  const double pause = terminal_ ? options_.seconds_between_draws : options_.seconds_between_lines;
  if (first || now - shown_at_ >= pause) Draw(now);
}

void Progress::PrintLine(absl::string_view text) {
  const std::string line = Printable(text, INT64_MAX) + "\n";
  if (!drawn_) {
    Put(out_, line);
    return;
  }
  Put(out_, absl::StrCat("\r", kEraseToEnd, line));
  Draw(clock_());
}

void Progress::Finish(absl::string_view text) {
  std::string bytes;
  if (drawn_) absl::StrAppend(&bytes, "\r", kEraseToEnd);
  if (!text.empty()) absl::StrAppend(&bytes, Printable(text, INT64_MAX), "\n");
  if (!bytes.empty()) Put(out_, bytes);
  drawn_ = false;
  started_ = false;
}

}  // namespace t2t
