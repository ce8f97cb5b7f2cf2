#include "trainer/trainer_options.h"

#include <cctype>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace t2t {

absl::StatusOr<double> ParseDuration(absl::string_view text) {
  const auto wrong = [&] {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not a duration such as 45s, 6m or 1h30m"));
  };
  double seconds = 0;
  size_t at = 0;
  if (text.empty()) return wrong();
  while (at < text.size()) {
    size_t end = at;
    while (end < text.size() &&
           (std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == '.'))
      ++end;
    double number = 0;
    if (!absl::SimpleAtod(text.substr(at, end - at), &number)) return wrong();
    const char unit = end < text.size() ? text[end] : 's';
    if (unit != 's' && unit != 'm' && unit != 'h') return wrong();
    seconds += number * (unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
    at = end + 1;
  }
  return seconds;
}

void TrainerOptions::Bind(Binder& b) {
  b.Field("steps", &steps, "optimizer steps");
  b.Field("max_time", &max_time,
          "stop and save after so long, such as 6m, evaluations counted; empty = no limit");
  b.Field("from", &from,
          "run that this one begins with: its vocabularies and weights; empty = none");
  b.Field("freeze", &freeze, "names of parameters that stay as they are, such as body.*");
  b.Field("seed", &seed, "every random choice comes from it and from its place");
  b.Field("micro_batches", &micro_batches, "micro-batches of a step, each of one problem");
  b.Field("workers", &workers,
          "micro-batches computed at the same time, each on one of the threads; the CPU only");
  loss.Bind(b);
  b.Field("clip_norm", &clip_norm, "largest global norm of the gradients; 0 = not clipped");
  b.Field("average_decay", &average_decay,
          "decay of the moving average of weights that evaluation and decoding use; 0 = none");
  b.Field("log_every", &log_every, "steps between lines of the log");
  b.Field("checkpoint_every", &checkpoint_every, "steps between checkpoints");
  b.Field("keep_last", &keep_last, "newest checkpoints that are kept");
  b.Field("keep_best", &keep_best, "best checkpoints that are kept");
  b.Field("patience", &patience,
          "evaluations without a better one before training stops; 0 = never");
  b.Choice("device", &device, {"auto", "cpu", "cuda"}, "where tensors live");
  b.Field("threads", &threads, "threads of the tensor library; 0 = all cores");
  b.Field("tensorboard", &tensorboard, "write TensorBoard event files");
  b.Field("probe", &probe, "try the worst batches before the first step");
  if (!max_time.empty()) {
    const auto seconds = ParseDuration(max_time);
    if (seconds.ok()) {
      max_seconds = *seconds;
      if (max_seconds <= 0) b.Error("max_time", "must be longer than nothing; empty = no limit");
    } else {
      b.Error("max_time", seconds.status().message());
    }
  }
  if (steps < 0) b.Error("steps", "must not be negative");
  if (micro_batches <= 0) b.Error("micro_batches", "must be positive");
  if (workers <= 0 || workers > micro_batches) {
    b.Error("workers", absl::StrCat("must be from 1 to trainer.micro_batches = ", micro_batches));
  }
  if (average_decay < 0 || average_decay >= 1) b.Error("average_decay", "must be in [0, 1)");
  if (clip_norm < 0) b.Error("clip_norm", "must not be negative");
  if (patience < 0) b.Error("patience", "must not be negative");
  if (threads < 0 || threads > 1024) b.Error("threads", "must be from 0 to 1024");
  if (log_every <= 0) b.Error("log_every", "must be positive");
  if (checkpoint_every <= 0) b.Error("checkpoint_every", "must be positive");
  if (keep_last <= 0) b.Error("keep_last", "must be positive");
  if (keep_best < 0) b.Error("keep_best", "must not be negative");
}

void ValidationOptions::Bind(Binder& b) {
  b.Field("every", &every, "steps between evaluations of the valid split; 0 = only at the end");
  b.Field("limit", &limit, "examples of each problem; 0 = the whole split");
  b.Field("decoded", &decoded, "false: only the teacher-forced loss, no metrics on decoded output");
  b.Field("best", &best, "what selects checkpoints: problem.port.metric or problem.port.tf_loss");
  if (every < 0) b.Error("every", "must not be negative");
  if (limit < 0) b.Error("limit", "must not be negative");
  Binder section = b.Section("decode");
  decode.usual.Bind(section);
}

}  // namespace t2t
