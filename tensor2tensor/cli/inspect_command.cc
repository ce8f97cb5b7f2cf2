#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "problems/rows/value_statistics.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/cli/inspect_records.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/models/batching.h"

namespace t2t {
namespace {

struct InspectCommand {
  std::string problem, split = "train";
  InspectOptions options;
  DataOptions data;

  absl::Status Run(const Library& library) const {
    std::error_code error;
    if (std::filesystem::is_regular_file(problem, error)) return InspectRecords(problem, options);
    const auto& [first, count, save, verify, statistics] = options;
    T2T_ASSIGN_OR_RETURN(const auto made, FindProblem(library, problem));
    const std::string folder = DatasetFolder(data.data, made->Spec().dataset_name());
    T2T_ASSIGN_OR_RETURN(const DatasetManifest manifest, ReadManifest(folder));
    if (verify) {
      T2T_RETURN_IF_ERROR(VerifyShards(folder, manifest));
      Say(absl::StrCat(folder, ": every shard has the checksum of the manifest"));
    }
    T2T_ASSIGN_OR_RETURN(const auto reader, SplitReader::Open(folder, split));
    if (first > 0 && first >= reader->size()) {
      return absl::InvalidArgumentError(absl::StrCat("--first ", first, ": the split ", split,
                                                     " has the records 0 to ", reader->size() - 1));
    }
    Config config;
    T2T_ASSIGN_OR_RETURN(const Task task,
                         MakeTask(made->Spec(), library.modalities, library.schemes, config));
    for (int64_t i = first; i < reader->size() && i - first < count; ++i) {
      T2T_ASSIGN_OR_RETURN(const Example example, reader->Read(i));
      printf("%lld  %s%s\n", static_cast<long long>(i), example.key.c_str(),
             example.weight == 1 ? "" : absl::StrCat("  (weight ", example.weight, ")").c_str());
      for (const auto* ports : {&task.inputs, &task.targets}) {
        for (const TaskPort& port : *ports) T2T_RETURN_IF_ERROR(Show(example, port, i));
      }
    }
    if (statistics) return Statistics(task, *reader);
    return absl::OkStatus();
  }

  absl::Status Show(const Example& example, const TaskPort& port, int64_t number) const {
    const auto value = example.ports.find(port.port.name);
    if (value == example.ports.end()) return absl::OkStatus();
    printf("    %-10s %s\n", port.port.name.c_str(), port.codec->Show(value->second).c_str());
    const auto others = example.alternatives.find(port.port.name);
    if (others != example.alternatives.end()) {
      for (const Value& other : others->second)
        printf("    %-10s %s\n", "  or", port.codec->Show(other).c_str());
    }
    if (options.save.empty() || !port.modality->is_file() || !value->second.is_bytes())
      return absl::OkStatus();
    const std::string& bytes = value->second.bytes();
    return SaveValue(absl::StrCat(options.save, "/", split, "-", number, "-", port.port.name,
                                  port.modality->SuffixOf(bytes)),
                     bytes);
  }

  // Of the raw values, before a codec makes units of them.
  absl::Status Statistics(const Task& task, const SplitReader& reader) const {
    std::map<std::string, ValueStatistics> ports;
    for (int64_t i = 0; i < reader.size(); ++i) {
      T2T_ASSIGN_OR_RETURN(const Example example, reader.Read(i));
      for (const auto& [name, value] : example.ports) ports[name].Add(value);
    }
    printf("%lld examples in %s of %s\n", static_cast<long long>(reader.size()), split.c_str(),
           task.spec.name.c_str());
    for (const auto& [name, values] : ports) {
      std::string shown = name;
      for (const std::string& line : values.Lines()) {
        printf("    %-10s %s\n", shown.c_str(), line.c_str());
        shown.clear();
      }
    }
    return absl::OkStatus();
  }
};

}  // namespace

Action AddInspectCommand(CLI::App& app, const Library& library) {
  auto inspect = std::make_shared<InspectCommand>();
  CLI::App* command = app.add_subcommand("inspect",
                                         "show records of a data set or of a TFRecord file, save "
                                         "their pictures and sounds, verify it");
  command
      ->add_option("problem", inspect->problem,
                   "a problem whose data were generated, or anyone's TFRecord of tf.Example")
      ->required();
  command->add_option("--split", inspect->split, "train, valid or test")->capture_default_str();
  command->add_option("--first", inspect->options.first, "number of the first record")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--count", inspect->options.count, "how many")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--save", inspect->options.save,
                      "write pictures and sounds into this folder");
  command->add_flag("--statistics", inspect->options.statistics,
                    "lengths, sizes, durations and frequent values over all of it");
  command->add_flag("--verify", inspect->options.verify,
                    "check every shard against the manifest; of a file every record's checksum");
  inspect->data.AddTo(*command, DataOptions::Use::kReads);
  return [inspect, &library] { return inspect->Run(library); };
}

}  // namespace t2t
