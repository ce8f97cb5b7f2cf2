// Whole training steps of a small translation Transformer on given batches, with the real body, loss and
// optimizer of the trainer. Takes part in an interleaved comparison with other programs:
//
//   train_step_benchmark BATCHES.bin [--shape small|large] [--positions sinusoidal|rotary|learned] [--threads 2]
//     [--workers 1] [--alone STEPS]
//
// --workers N cuts each batch into N micro-batches by rows, which are computed at the same time (trainer.workers).
// After its warm-up it prints `ready`; for each line with a batch's number on stdin it does one step and prints
// `wall_s cpu_s target_tokens loss`; at the end of input one JSON line with rss_mb and first_step_s.
// BATCHES.bin: int32 count; then per batch int32 B, S, T, src[B*S], tgt[B*T]; src ends in id 0, tgt begins with
// the padding id (the last of the vocabulary) and ends in id 0.
#include <ATen/ATen.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "files/atomic_file.h"
#include "random/philox.h"
#include "tensor2tensor/library/device.h"
#include "tensor2tensor/library/library.h"
#include "tensor2tensor/models/autoregressive_scheme.h"
#include "trainer/optimizer.h"
#include "trainer/train_step.h"

namespace t2t {
namespace {

// Ids as they are: the batches were encoded by the program that made them.
class GivenIds : public Codec {
 public:
  explicit GivenIds(int64_t size) : size_(size) {}
  absl::StatusOr<Units> Encode(const Value& value, const EncodeOptions&) const override {
    Units units;
    units.ids = value.integers();
    return units;
  }
  std::string Show(const Value&) const override { return "ids"; }
  int64_t vocabulary_size() const override { return size_; }
  std::string raw_unit() const override { return "id"; }
  std::string Describe() const override { return "given ids"; }

 private:
  int64_t size_;
};

double Wall() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double Cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Seconds since this process was started.
double Age() {
  std::ifstream uptime("/proc/uptime"), stat("/proc/self/stat");
  double up = 0;
  uptime >> up;
  std::string text((std::istreambuf_iterator<char>(stat)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;  // field 22: start time in ticks
  return up - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct Shape {
  int64_t width, inner, heads, layers, vocabulary;
};

// Each batch as `parts` micro-batches of neighbouring rows.
std::vector<std::vector<Batch>> ReadBatches(const std::string& bytes, int64_t pad, int64_t parts) {
  const int32_t* at = reinterpret_cast<const int32_t*>(bytes.data());
  std::vector<std::vector<Batch>> batches;
  for (int32_t count = *at++, i = 0; i < count; ++i) {
    const int64_t rows = at[0], source = at[1], target = at[2];
    at += 3;
    const int32_t *sources = at, *targets = at + rows * source;
    at = targets + rows * target;
    std::vector<Batch> batch;
    for (int64_t part = 0; part < parts; ++part) {
      Batch micro;
      micro.problem = "translate";
      std::vector<Units> inputs, wanted;
      for (int64_t row = part * rows / parts; row < (part + 1) * rows / parts; ++row) {
        Units units;
        for (int64_t t = 0; t < source && sources[row * source + t] != pad; ++t)
          units.ids.push_back(sources[row * source + t]);
        inputs.push_back(units);
        units.ids.clear();
        // Without the first padding id and the last 0: tag and stop stand for them.
        for (int64_t t = 1; t < target && targets[row * target + t] != pad; ++t)
          units.ids.push_back(targets[row * target + t]);
        units.ids.pop_back();
        wanted.push_back(units);
        micro.examples.push_back(row);
        micro.keys.push_back(
            RandomKey(1).With(static_cast<uint64_t>(i)).With(static_cast<uint64_t>(row)).value());
      }
      if (inputs.empty()) continue;
      micro.inputs["source"] = Collate(inputs);
      micro.targets["target"] = Collate(wanted);
      batch.push_back(std::move(micro));
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

int Main(int argc, char** argv) {
  std::string path, shape_name = "small", positions = "sinusoidal";
  int64_t threads = 2, workers = 1, alone = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--shape" && i + 1 < argc)
      shape_name = argv[++i];
    else if (argument == "--positions" && i + 1 < argc)
      positions = argv[++i];
    else if (argument == "--threads" && i + 1 < argc)
      threads = std::stoll(argv[++i]);
    else if (argument == "--workers" && i + 1 < argc)
      workers = std::stoll(argv[++i]);
    else if (argument == "--alone" && i + 1 < argc)
      alone = std::stoll(argv[++i]);
    else
      path = argument;
  }
  const Shape shape =
      shape_name == "large" ? Shape{512, 2048, 8, 6, 32000} : Shape{256, 1024, 4, 4, 8000};
  PrepareProcess(argv);
  SetThreads(threads);
  const auto bytes = ReadFile(path);
  if (!bytes.ok()) {
    std::cerr << bytes.status().message() << std::endl;
    return 2;
  }
  const std::vector<std::vector<Batch>> batches =
      ReadBatches(*bytes, shape.vocabulary - 1, workers);

  Library library;
  absl::Status status = RegisterAll(library);
  Modality ids;
  Task task;
  task.spec.name = "translate";
  for (const bool target : {false, true}) {
    TaskPort port;
    port.port.name = target ? "target" : "source";
    port.port.modality = "text";
    port.modality = &ids;
    port.codec = std::make_shared<GivenIds>(shape.vocabulary - 1);
    port.share = "table";
    port.scheme = MakeAutoregressiveScheme();
    port.adapter = "tokens";
    port.head = "categorical";
    port.config_path = "ports.translate." + port.port.name;
    (target ? task.targets : task.inputs).push_back(port);
  }
  Config config;
  const auto set = [&](const std::string& key, const std::string& value) {
    status.Update(config.SetValue("model." + key, value, "benchmark"));
  };
  set("d_model", std::to_string(shape.width));
  set("ff", std::to_string(shape.inner));
  set("heads", std::to_string(shape.heads));
  set("encoder_layers", std::to_string(shape.layers));
  set("decoder_layers", std::to_string(shape.layers));
  set("positions", positions);
  set("feed_forward", "relu");
  set("dropout", "0.1");
  const auto model = Model::Make({task}, library.model_registries(), config, 1);
  status.Update(model.status());
  OptimizerOptions adamw;
  adamw.beta2 = 0.98;
  adamw.weight_decay = 0.01;
  if (!status.ok()) {
    std::cerr << status.message() << std::endl;
    return 1;
  }
  auto optimizer = Optimizer::Make(adamw, (*model)->named_parameters());
  LossOptions loss;
  loss.label_smoothing = 0.1;
  int64_t step = 0;
  const auto train = [&](const std::vector<Batch>& batch) {
    const auto losses = AccumulateGradients(**model, batch, loss, ++step, workers);
    (*optimizer)->Step(5e-4);
    (*optimizer)->ZeroGrad();
    return *losses;
  };
  train(batches[0]);
  const double first = Age();
  for (size_t i = 1; i < 5; ++i) train(batches[i % batches.size()]);
  const auto timed = [&](size_t number) {
    const double cpu = Cpu(), wall = Wall();
    const StepLosses losses = train(batches.at(number));
    printf("%.6f %.6f %lld %.5f\n", Wall() - wall, Cpu() - cpu,
           static_cast<long long>(losses.decisions.begin()->second), losses.plain.begin()->second);
    fflush(stdout);
  };
  printf("ready\n");
  fflush(stdout);
  if (alone > 0) {
    for (int64_t i = 0; i < alone; ++i) timed(static_cast<size_t>(i) % batches.size());
  } else {
    std::string line;
    while (std::getline(std::cin, line)) timed(std::stoul(line));
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << nlohmann::json({{"rss_mb", usage.ru_maxrss / 1024},
                               {"first_step_s", first},
                               {"params", (*model)->parameter_count()}})
            << std::endl;
  return 0;
}

}  // namespace
}  // namespace t2t

int main(int argc, char** argv) { return t2t::Main(argc, argv); }
