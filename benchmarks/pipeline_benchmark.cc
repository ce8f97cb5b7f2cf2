// How fast the trainer's own input pipeline is, with no training beside it: shards are read, values encoded by the ports' codecs,
// sorted by length, cut into batches and padded, by data.threads loader threads.
//
//   pipeline_benchmark PROBLEM --codecs FOLDER [--data data] [--set KEY=VALUE ...] [--warm 1] [--epochs 1] [--stages 2000]
//
// PROBLEM is a name or a folder with a manifest whose data `t2t datagen` has made. What its codecs learn is kept in FOLDER, where
// a program of another language finds the vocabulary. After --warm epochs it measures --epochs of them, so that as much is made
// ahead at the end as at the beginning, and prints one JSON line. Stages are measured apart, one thread on the first --stages
// examples: milliseconds of processor time for each stage, and its share.
#include <sys/resource.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/image_augment.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/sound.h"
#include "problems/shards/shard_reader.h"
#include "random/philox.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/library/device.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/run_config.h"
#include "tensor2tensor/runs/codec_store.h"
#include "trainer/batch_stream.h"
#include "trainer/progress.h"

namespace t2t {
namespace {

constexpr uint64_t kSeed = 1;

double CpuSeconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Processor time of this thread by stage.
class Stages {
 public:
  template <typename Work>
  auto Time(const std::string& stage, Work work) {
    const double begin = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    auto result = work();
    Add(stage, CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - begin);
    return result;
  }
  void Add(const std::string& stage, double seconds) { seconds_[stage] += seconds; }
  double Of(const std::string& stage) const { return seconds_.at(stage); }

  nlohmann::json Report() const {
    double sum = 0;
    for (const auto& [stage, seconds] : seconds_) sum += seconds;
    nlohmann::json report;
    for (const auto& [stage, seconds] : seconds_) {
      report[stage] = {{"ms", 1e3 * seconds}, {"share", seconds / sum}};
    }
    return report;
  }

 private:
  std::map<std::string, double> seconds_;
};

class PipelineBenchmark {
 public:
  PipelineBenchmark(const Task& task, std::shared_ptr<const SplitReader> split,
                    const StreamOptions& options, const Config& config)
      : task_(task), split_(std::move(split)), options_(options), config_(config) {}

  absl::StatusOr<nlohmann::json> Measure(int64_t warm, int64_t epochs) const {
    T2T_ASSIGN_OR_RETURN(auto stream, BatchStream::Open(task_, split_, options_, kSeed, {}));
    // The stream says an epoch's number once its first batch is there: that is where the clock starts and stops.
    T2T_ASSIGN_OR_RETURN(Batch batch, stream->Next());
    while (stream->position().epoch < warm) {
      T2T_ASSIGN_OR_RETURN(batch, stream->Next());
    }
    int64_t batches = 0, examples = 0, units = 0, positions = 0;
    uint64_t id_sum = 0;
    std::map<std::string, int64_t> raw_units;
    const double begin = MonotonicSeconds(), cpu = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    for (; stream->position().epoch < warm + epochs; ++batches) {
      examples += batch.rows();
      units += batch.real_positions();
      positions += batch.positions();
      for (const auto* ports : {&batch.inputs, &batch.targets}) {
        for (const auto& [name, port] : *ports) {
          raw_units[name] += port.raw_units;
          // Padding is 0 and adds nothing. One operation a batch; to be compared with another program's.
          if (port.ids.defined()) id_sum += static_cast<uint64_t>(port.ids.sum().item<int64_t>());
        }
      }
      T2T_ASSIGN_OR_RETURN(batch, stream->Next());
    }
    const double seconds = MonotonicSeconds() - begin;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    nlohmann::json line = {{"problem", task_.spec.name},
                           {"threads", options_.threads},
                           {"epochs", epochs},
                           {"seconds", seconds},
                           {"cpu_s", CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpu},
                           {"peak_rss_mb", usage.ru_maxrss / 1024},
                           {"batches", batches},
                           {"examples", examples},
                           {"units", units},
                           {"useful", static_cast<double>(units) / static_cast<double>(positions)},
                           {"id_sum", id_sum},
                           {"raw_units", raw_units},
                           {"too_long", stream->too_long()},
                           {"examples_per_s", static_cast<double>(examples) / seconds},
                           {"units_per_s", static_cast<double>(units) / seconds}};
    for (const auto* ports : {&task_.inputs, &task_.targets}) {
      for (const TaskPort& port : *ports) {
        if (port.port.modality != "audio") continue;
        line["sound_s_per_s"] = static_cast<double>(raw_units[port.port.name]) /
                                static_cast<double>(Bound(port, "rate")) / seconds;
      }
    }
    return line;
  }

  absl::StatusOr<nlohmann::json> MeasureStages(int64_t most) const {
    Stages stages;
    std::vector<EncodedExample> encoded;
    for (int64_t i = 0; i < std::min(most, split_->size()); ++i) {
      T2T_ASSIGN_OR_RETURN(const Example example,
                           stages.Time("read", [&] { return split_->Read(i); }));
      Stages parts;
      const auto key = static_cast<uint64_t>(i + 1);
      T2T_ASSIGN_OR_RETURN(EncodedExample units, parts.Time("encode", [&] {
        return EncodePorts(task_, example, /*with_targets=*/true, key);
      }));
      double left = parts.Of("encode");
      for (const auto* ports : {&task_.inputs, &task_.targets}) {
        for (const TaskPort& port : *ports) {
          T2T_ASSIGN_OR_RETURN(const double seconds, Decode(port, example, key, &stages));
          left -= seconds;
        }
      }
      stages.Add("encode", left);
      if (units.longest_port() <= options_.batching.max_length) encoded.push_back(std::move(units));
    }
    const auto batches =
        stages.Time("cut", [&] { return PlanBatches(encoded, options_.batching, options_.pack); });
    for (const BatchPlan& plan : batches)
      stages.Time("batch", [&] { return MakeBatch(task_, encoded, plan).rows(); });
    return stages.Report();
  }

 private:
  int64_t Bound(const TaskPort& port, const std::string& option) const {
    return std::stoll(config_.bound_values().at(absl::StrCat(port.config_path, ".", option)));
  }

  // The part of an image that the codec looks at, as its options and the example's key say.
  Window Seen(const TaskPort& port, uint64_t key, int64_t height, int64_t width) const {
    const auto& values = config_.bound_values();
    ImageAugment augment;
    augment.crop = std::stod(values.at(absl::StrCat(port.config_path, ".augment.crop")));
    const Window window =
        RandomWindow(height, width, augment, RandomKey(key).With(port.port.name).value());
    if (values.at(absl::StrCat(port.config_path, ".fit")) != "crop") return window;
    const int64_t size = Bound(port, "size");
    const Window middle = Middle(window.height, window.width, size, size);
    return {window.top + middle.top, window.left + middle.left, middle.height, middle.width};
  }

  // The costly parts of encoding, by themselves. Returns the seconds that they took.
  absl::StatusOr<double> Decode(const TaskPort& port, const Example& example, uint64_t key,
                                Stages* stages) const {
    const auto value = example.ports.find(port.port.name);
    if (value == example.ports.end()) return 0.0;
    const double begin = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    if (port.port.modality == "image") {
      const int64_t channels = Bound(port, "channels"), size = Bound(port, "size");
      T2T_ASSIGN_OR_RETURN(const Pixels pixels, stages->Time("decode file", [&] {
        return DecodePixels(value->second.bytes(), channels, [&](int64_t height, int64_t width) {
          return Seen(port, key, height, width);
        });
      }));
      stages->Time("resize", [&] { return Resize(pixels, size, size, Fit::kStretch).height; });
    } else if (port.port.modality == "audio") {
      const int64_t rate = Bound(port, "rate");
      T2T_ASSIGN_OR_RETURN(const Sound sound, stages->Time("decode file", [&] {
        return DecodeSound(value->second.bytes());
      }));
      T2T_RETURN_IF_ERROR(stages->Time("resample", [&] { return Resample(sound, rate); }).status());
    } else {
      return 0.0;
    }
    return CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - begin;
  }

  const Task& task_;
  const std::shared_ptr<const SplitReader> split_;
  const StreamOptions options_;
  const Config& config_;
};

absl::Status Main(int argc, char** argv) {
  PrepareProcess(argv);
  CLI::App app("the input pipeline by itself");
  std::string name, data = "data", codecs;
  std::vector<std::string> sets;
  int64_t warm = 1, epochs = 1, stage_examples = 2000;
  app.add_option("problem", name, "a problem, or a folder with manifest.yaml")->required();
  app.add_option("--codecs", codecs, "folder of what the codecs learn")->required();
  app.add_option("--data", data, "folder of the data sets")->capture_default_str();
  app.add_option("--set", sets, "KEY=VALUE of a run's configuration");
  app.add_option("--warm", warm)->check(CLI::NonNegativeNumber)->capture_default_str();
  app.add_option("--epochs", epochs)->check(CLI::NonNegativeNumber)->capture_default_str();
  app.add_option("--stages", stage_examples)->check(CLI::NonNegativeNumber)->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  SetThreads(1);
  Library library;
  T2T_RETURN_IF_ERROR(RegisterAll(library));
  RunProblems problems(library);
  T2T_ASSIGN_OR_RETURN(name, problems.Add(name));
  Config config;
  T2T_RETURN_IF_ERROR(config.SetValue(absl::StrCat("problems.", name), "1", "problem"));
  for (const std::string& set : sets) T2T_RETURN_IF_ERROR(config.Set(set));
  RunOptions options;
  T2T_ASSIGN_OR_RETURN(const std::vector<Task> tasks,
                       BindRun(library, problems.registry(), config, &options));
  T2T_RETURN_IF_ERROR(LearnCodecs(
      codecs, tasks, data, [](const std::string& said) { fprintf(stderr, "%s\n", said.c_str()); }));
  T2T_ASSIGN_OR_RETURN(std::shared_ptr<const SplitReader> split,
                       SplitReader::Open(data, tasks[0].spec, "train"));
  const PipelineBenchmark benchmark(tasks[0], split, options.data, config);
  nlohmann::json line = nlohmann::json::object();
  if (epochs > 0) {
    T2T_ASSIGN_OR_RETURN(line, benchmark.Measure(warm, epochs));
  }
  if (stage_examples > 0) {
    T2T_ASSIGN_OR_RETURN(line["stages"], benchmark.MeasureStages(stage_examples));
  }
  std::cout << line.dump() << std::endl;
  return absl::OkStatus();
}

}  // namespace
}  // namespace t2t

int main(int argc, char** argv) {
  const absl::Status status = t2t::Main(argc, argv);
  if (!status.ok())
    fprintf(stderr, "pipeline_benchmark: %s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
