// How much longer a training step takes when its batches are read, decoded, augmented and cut at the same time than when they
// lie in memory: the same steps of a run's own configuration, both ways in turn.
//
//   loader_benchmark RUN [--data data] [--steps 200] [--rounds 3] [--loading]
//
// Each round trains `steps` steps from the loader, which has made its first windows before, and keeps their batches; then it
// trains on these again with no loader there. Prints seconds a step of both and their ratio for each round, and the median;
// with --loading before that what a batch of each problem costs the processor, over an epoch with no training beside it.
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "problems/shards/manifest.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/evaluation/from_torch.h"
#include "tensor2tensor/library/device.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/library/run.h"
#include "trainer/batch_stream.h"
#include "trainer/mixture.h"
#include "trainer/optimizer.h"
#include "trainer/progress.h"
#include "trainer/train_step.h"

namespace t2t {
namespace {

class LoaderBenchmark {
 public:
  LoaderBenchmark(Run run, std::string data) : run_(std::move(run)), data_(std::move(data)) {}

  // By problem.
  absl::Status MeasureLoading() {
    for (const Task& task : run_.tasks) {
      T2T_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> stream, Open(task, {}));
      // From the second epoch to the third: as much is made ahead at the end as at the beginning.
      while (stream->position().epoch < 1) T2T_RETURN_IF_ERROR(stream->Next().status());
      const std::clock_t begin = std::clock();  // of all threads
      int64_t batches = 0;
      for (; stream->position().epoch < 2; ++batches) {
        T2T_RETURN_IF_ERROR(stream->Next().status());
      }
      const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      printf("loading %s: %.2f ms of a processor a batch (%lld batches, an epoch)\n",
             task.spec.name.c_str(), 1e3 * seconds / static_cast<double>(batches),
             static_cast<long long>(batches));
      fflush(stdout);
    }
    return absl::OkStatus();
  }

  absl::Status Measure(int64_t steps, int64_t rounds) {
    T2T_ASSIGN_OR_RETURN(optimizer_,
                         Optimizer::Make(run_.options.optimizer, run_.model->named_parameters()));
    std::vector<double> ratios;
    for (int64_t round = 0; round < rounds; ++round) {
      std::vector<std::vector<Batch>> kept;
      T2T_ASSIGN_OR_RETURN(const double live, Live(steps, &kept));
      const double begin = MonotonicSeconds();
      for (const std::vector<Batch>& micro_batches : kept) T2T_RETURN_IF_ERROR(Step(micro_batches));
      const double preloaded = (MonotonicSeconds() - begin) / static_cast<double>(steps);
      ratios.push_back(live / preloaded);
      printf("round %lld: live %.4f s/step, preloaded %.4f s/step, ratio %.3f\n",
             static_cast<long long>(round + 1), live, preloaded, ratios.back());
      fflush(stdout);
    }
    std::sort(ratios.begin(), ratios.end());
    printf("median ratio %.3f over %lld rounds of %lld steps, %lld workers, %d threads\n",
           ratios[ratios.size() / 2], static_cast<long long>(rounds), static_cast<long long>(steps),
           static_cast<long long>(run_.options.trainer.workers), at::get_num_threads());
    return absl::OkStatus();
  }

 private:
  absl::Status Step(const std::vector<Batch>& micro_batches) {
    return FromTorch([&]() -> absl::Status {
      T2T_RETURN_IF_ERROR(AccumulateGradients(*run_.model, micro_batches, run_.options.trainer.loss,
                                              ++step_, run_.options.trainer.workers)
                              .status());
      optimizer_->Step(1e-6);  // the weights hardly move: both ways do the same work
      optimizer_->ZeroGrad();
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::unique_ptr<BatchStream>> Open(const Task& task, StreamPosition from) const {
    T2T_ASSIGN_OR_RETURN(std::shared_ptr<const SplitReader> split,
                         SplitReader::Open(data_, task.spec, "train"));
    return BatchStream::Open(task, split, run_.options.data, 1, from);
  }

  // Seconds a step. Goes on in the data where the round before stopped.
  absl::StatusOr<double> Live(int64_t steps, std::vector<std::vector<Batch>>* kept) {
    std::map<std::string, std::unique_ptr<BatchStream>> streams;
    for (const Task& task : run_.tasks) {
      T2T_ASSIGN_OR_RETURN(streams[task.spec.name], Open(task, positions_[task.spec.name]));
      T2T_RETURN_IF_ERROR(streams[task.spec.name]->Next().status());
    }
    Mixture mixture(run_.options.problems);
    const double begin = MonotonicSeconds();
    for (int64_t i = 0; i < steps; ++i) {
      std::vector<Batch>& micro_batches = kept->emplace_back();
      for (int64_t k = 0; k < run_.options.trainer.micro_batches; ++k) {
        const std::string name = *mixture.Next(i + 1);
        T2T_ASSIGN_OR_RETURN(Batch batch, streams.at(name)->Next());
        mixture.Count(name);
        micro_batches.push_back(std::move(batch));
      }
      T2T_RETURN_IF_ERROR(Step(micro_batches));
    }
    const double seconds = MonotonicSeconds() - begin;
    for (const auto& [name, stream] : streams) positions_[name] = stream->position();
    return seconds / static_cast<double>(steps);
  }

  Run run_;
  std::string data_;
  std::unique_ptr<Optimizer> optimizer_;
  std::map<std::string, StreamPosition> positions_;
  int64_t step_ = 0;
};

absl::Status Main(int argc, char** argv) {
  PrepareProcess(argv);
  CLI::App app("a training step with the live loader beside one with batches in memory");
  std::string folder, data = "data";
  int64_t steps = 200, rounds = 3;
  bool loading = false;
  app.add_option("run", folder, "folder of a run")->required();
  app.add_option("--data", data, "folder of the data sets")->capture_default_str();
  app.add_option("--steps", steps)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--rounds", rounds)->check(CLI::PositiveNumber)->capture_default_str();
  app.add_flag("--loading", loading, "also measure loading alone, by problem");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  Library library;
  T2T_RETURN_IF_ERROR(RegisterAll(library));
  OpenOptions open;
  open.device = "cpu";
  T2T_ASSIGN_OR_RETURN(Run run, OpenRun(library, folder, open));
  SetThreads(run.options.trainer.threads);
  LoaderBenchmark benchmark(std::move(run), data);
  if (loading) T2T_RETURN_IF_ERROR(benchmark.MeasureLoading());
  return benchmark.Measure(steps, rounds);
}

}  // namespace
}  // namespace t2t

int main(int argc, char** argv) {
  const absl::Status status = t2t::Main(argc, argv);
  if (!status.ok())
    fprintf(stderr, "loader_benchmark: %s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
