#include "tensor2tensor/runs/checkpoint.h"

#include <ATen/ATen.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "step-";
// What is being written or removed has a name of its own: a checkpoint's name holds a whole one.
constexpr char kSaving[] = ".saving-", kRemoving[] = ".removing-", kReplaced[] = ".replaced-";

std::string FolderName(int64_t step) {
  char name[40];
  snprintf(name, sizeof name, "%s%08lld", kPrefix, static_cast<long long>(step));
  return name;
}

// Gives the folder `saved` the name `place`. What has it already, the same step saved before, is there until then.
absl::Status TakePlace(const std::string& saved, const std::string& place,
                       const std::string& aside) {
  if (!Exists(place)) return Rename(saved, place);
  if (renameat2(AT_FDCWD, saved.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) == 0)
    return RemoveAll(saved);
  if (errno != EINVAL && errno != ENOSYS) {
    return absl::InternalError(absl::StrCat(place, ": cannot be replaced: ", std::strerror(errno)));
  }
  // File systems that cannot do that, such as NFS: for a moment the name is free; Prune knows what `aside` is.
  T2T_RETURN_IF_ERROR(RemoveAll(aside));
  T2T_RETURN_IF_ERROR(Rename(place, aside));
  T2T_RETURN_IF_ERROR(Rename(saved, place));
  return RemoveAll(aside);
}

}  // namespace

absl::StatusOr<nlohmann::json> ParseJson(const std::string& text, const std::string& place) {
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_discarded()) return json;
  return absl::InvalidArgumentError(absl::StrCat(place, ": is not JSON"));
}

NamedTensors DecodingWeights(const Checkpoint& checkpoint) {
  NamedTensors weights;
  for (const auto& [name, tensor] : checkpoint.average) {
    absl::string_view own = name;
    if (absl::ConsumePrefix(&own, "average.")) weights[std::string(own)] = tensor;
  }
  return weights.empty() ? checkpoint.model : weights;
}

CheckpointFolder::CheckpointFolder(std::string run) : folder_(std::move(run) + "/checkpoints") {}

std::string CheckpointFolder::PathOf(int64_t step) const {
  return absl::StrCat(folder_, "/", FolderName(step));
}

absl::Status CheckpointFolder::Save(int64_t step, const Checkpoint& checkpoint) const {
  const std::string temporary = absl::StrCat(folder_, "/", kSaving, FolderName(step));
  T2T_RETURN_IF_ERROR(RemoveAll(temporary));
  T2T_RETURN_IF_ERROR(MakeFolders(temporary));
  const auto replace = nlohmann::json::error_handler_t::replace;
  absl::Status status = [&]() -> absl::Status {
    T2T_RETURN_IF_ERROR(WriteTensors(temporary + "/model.safetensors", checkpoint.model));
    if (!checkpoint.average.empty()) {
      T2T_RETURN_IF_ERROR(WriteTensors(temporary + "/average.safetensors", checkpoint.average));
    }
    if (!checkpoint.optimizer.empty()) {
      T2T_RETURN_IF_ERROR(WriteTensors(temporary + "/optimizer.safetensors", checkpoint.optimizer));
    }
    return WriteFileAtomically(temporary + "/state.json",
                               checkpoint.state.dump(1, ' ', false, replace) + "\n");
  }();
  if (!status.ok()) {
    RemoveAll(temporary).IgnoreError();
    return status;
  }
  T2T_RETURN_IF_ERROR(
      TakePlace(temporary, PathOf(step), absl::StrCat(folder_, "/", kReplaced, FolderName(step))));
  return ReplaceLink(FolderName(step), folder_ + "/last");
}

absl::Status CheckpointFolder::MarkBest(int64_t step) const {
  return ReplaceLink(FolderName(step), folder_ + "/best");
}

absl::Status CheckpointFolder::Prune(int64_t last, const std::vector<int64_t>& keep) const {
  T2T_RETURN_IF_ERROR(RemoveTemporaries(folder_));  // of the links
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(folder_));
  for (const std::string& name : names) {
    if (absl::StartsWith(name, kReplaced)) {
      const std::string place = absl::StrCat(folder_, "/", name.substr(sizeof kReplaced - 1));
      if (!Exists(place)) T2T_RETURN_IF_ERROR(Rename(absl::StrCat(folder_, "/", name), place));
    }
    if (absl::StartsWith(name, kSaving) || absl::StartsWith(name, kRemoving) ||
        absl::StartsWith(name, kReplaced)) {
      T2T_RETURN_IF_ERROR(RemoveAll(absl::StrCat(folder_, "/", name)));
    }
  }
  const std::vector<int64_t> steps = Steps();
  const int64_t count = static_cast<int64_t>(steps.size());
  for (int64_t i = 0; i < count; ++i) {
    const int64_t step = steps[static_cast<size_t>(i)];
    if (i >= count - last || std::find(keep.begin(), keep.end(), step) != keep.end()) continue;
    const std::string removed = absl::StrCat(folder_, "/", kRemoving, FolderName(step));
    std::error_code error;
    fs::rename(PathOf(step), removed, error);
    T2T_RETURN_IF_ERROR(RemoveAll(error ? PathOf(step) : removed));
  }
  return absl::OkStatus();
}

std::vector<int64_t> CheckpointFolder::Steps() const {
  std::vector<int64_t> steps;
  for (const std::string& name : NamesIn(folder_).value_or(std::vector<std::string>())) {
    int64_t step = 0;
    std::error_code error;
    if (!fs::is_symlink(fs::path(folder_) / name, error) && absl::StartsWith(name, kPrefix) &&
        absl::SimpleAtoi(name.substr(sizeof kPrefix - 1), &step) && FolderName(step) == name) {
      steps.push_back(step);
    }
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

absl::StatusOr<int64_t> CheckpointFolder::Resolve(const std::string& which) const {
  std::string name = which;
  std::error_code error;
  const fs::path link = fs::path(folder_) / which;
  if (fs::is_symlink(link, error)) name = fs::read_symlink(link, error).filename().string();
  if (absl::StartsWith(name, kPrefix)) name = name.substr(sizeof kPrefix - 1);
  const std::vector<int64_t> steps = Steps();
  int64_t step = 0;
  if (absl::SimpleAtoi(name, &step) && std::find(steps.begin(), steps.end(), step) != steps.end())
    return step;
  return absl::NotFoundError(absl::StrCat(
      folder_, ": has no checkpoint '", which, "'",
      steps.empty() ? "; the run has saved none yet"
                    : absl::StrCat("; there are last, best and ", absl::StrJoin(steps, ", "))));
}

absl::StatusOr<Checkpoint> CheckpointFolder::Load(int64_t step, bool with_optimizer) const {
  const std::string path = PathOf(step);
  Checkpoint checkpoint;
  T2T_ASSIGN_OR_RETURN(checkpoint.model, ReadTensors(path + "/model.safetensors"));
  if (Exists(path + "/average.safetensors")) {
    T2T_ASSIGN_OR_RETURN(checkpoint.average, ReadTensors(path + "/average.safetensors"));
  }
  if (with_optimizer) {
    T2T_ASSIGN_OR_RETURN(checkpoint.optimizer, ReadTensors(path + "/optimizer.safetensors"));
  }
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadFile(path + "/state.json"));
  T2T_ASSIGN_OR_RETURN(checkpoint.state, ParseJson(text, path + "/state.json"));
  if (!checkpoint.state.is_object()) {
    return absl::InvalidArgumentError(path + "/state.json: is not an object");
  }
  return checkpoint;
}

absl::StatusOr<NamedTensors> AverageTensors(const std::vector<NamedTensors>& weights) {
  if (weights.empty()) return absl::InvalidArgumentError("no checkpoints to average");
  NamedTensors sums;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].size() != weights[0].size()) {
      return absl::InvalidArgumentError("the checkpoints hold different tensors");
    }
    for (const auto& [name, tensor] : weights[i]) {
      if (i == 0) {
        sums[name] = tensor.to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);
        continue;
      }
      const auto sum = sums.find(name);
      if (sum == sums.end() || sum->second.sizes() != tensor.sizes()) {
        return absl::InvalidArgumentError(
            absl::StrCat("tensor '", name, "' is not the same in all checkpoints"));
      }
      sum->second += tensor.to(at::kDouble);
    }
  }
  for (auto& [name, sum] : sums) {
    sum = (sum / static_cast<double>(weights.size())).to(weights[0].at(name).scalar_type());
  }
  return sums;
}

}  // namespace t2t
