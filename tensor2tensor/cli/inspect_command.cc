#include <algorithm>
#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "files/atomic_file.h"
#include "problems/shards/shard_reader.h"
#include "registry/status_macros.h"
#include "tensor2tensor/cli/commands.h"
#include "tensor2tensor/cli/console.h"
#include "tensor2tensor/library/find_problem.h"
#include "tensor2tensor/models/batching.h"

namespace t2t {
namespace {

struct InspectCommand {
  std::string problem, split = "train", save;
  int64_t first = 0, count = 5;
  bool verify = false, statistics = false;
  DataOptions data;

  absl::Status Run(const Library& library) const {
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
    if (save.empty() || !port.modality->is_file() || !value->second.is_bytes())
      return absl::OkStatus();
    T2T_RETURN_IF_ERROR(MakeFolders(save));
    const std::string& bytes = value->second.bytes();
    const std::string path = absl::StrCat(save, "/", split, "-", number, "-", port.port.name,
                                          port.modality->SuffixOf(bytes));
    T2T_RETURN_IF_ERROR(WriteFileAtomically(path, bytes));
    printf("    %-10s %s\n", "  saved", path.c_str());
    return absl::OkStatus();
  }

  // Lengths of the raw values, before a codec makes units of them.
  absl::Status Statistics(const Task& task, const SplitReader& reader) const {
    std::map<std::string, std::vector<int64_t>> lengths;
    std::map<std::string, const char*> units;
    for (int64_t i = 0; i < reader.size(); ++i) {
      T2T_ASSIGN_OR_RETURN(const Example example, reader.Read(i));
      for (const auto& [name, value] : example.ports) {
        units[name] = value.is_bytes() ? "bytes" : "numbers";
        lengths[name].push_back(static_cast<int64_t>(value.is_bytes() ? value.bytes().size()
                                                     : value.is_floats()
                                                         ? value.floats().size()
                                                         : value.integers().size()));
      }
    }
    printf("%lld examples in %s of %s\n", static_cast<long long>(reader.size()), split.c_str(),
           task.spec.name.c_str());
    for (auto& [name, values] : lengths) {
      std::sort(values.begin(), values.end());
      const auto at = [&](double share) {
        return static_cast<long long>(
            values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))]);
      };
      printf("    %-10s length in %s: smallest %lld, median %lld, 95%% %lld, largest %lld\n",
             name.c_str(), units[name], at(0), at(0.5), at(0.95), at(1));
    }
    return absl::OkStatus();
  }
};

}  // namespace

Action AddInspectCommand(CLI::App& app, const Library& library) {
  auto inspect = std::make_shared<InspectCommand>();
  CLI::App* command = app.add_subcommand(
      "inspect", "show records of a data set, save their pictures and sounds, verify it");
  command->add_option("problem", inspect->problem, "a problem whose data were generated")
      ->required();
  command->add_option("--split", inspect->split, "train, valid or test")->capture_default_str();
  command->add_option("--first", inspect->first, "number of the first record")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--count", inspect->count, "how many")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--save", inspect->save, "write pictures and sounds into this folder");
  command->add_flag("--statistics", inspect->statistics, "lengths over the whole split");
  command->add_flag("--verify", inspect->verify, "check every shard against the manifest");
  inspect->data.AddTo(*command, DataOptions::Use::kReads);
  return [inspect, &library] { return inspect->Run(library); };
}

}  // namespace t2t
