#include "trainer/mixture_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "registry/check.h"

namespace t2t {
namespace {

// What a raw unit of a port counts for; 0 where it does not.
double OfRawUnit(const std::string& unit, const Codec& codec) {
  if (unit == "bytes") return static_cast<double>(codec.bytes_per_raw_unit());
  const int64_t per_second = codec.raw_units_per_second();
  return unit == "seconds" && per_second > 0 ? 1 / static_cast<double>(per_second) : 0;
}

}  // namespace

absl::Status CheckMixtureUnit(const std::string& unit, const Task& task) {
  if (unit != "bytes" && unit != "seconds") return absl::OkStatus();
  std::vector<std::string> raw;
  for (const auto* ports : {&task.inputs, &task.targets}) {
    for (const TaskPort& port : *ports) {
      if (OfRawUnit(unit, *port.codec) > 0) return absl::OkStatus();
      raw.push_back(absl::StrCat(port.port.name, " of ", port.codec->raw_unit(), "s"));
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "mixture.unit = ", unit, ": problem '", task.spec.name, "' has no port that is counted in ",
      unit, " (", absl::StrJoin(raw, ", "), "); batches, examples and tokens fit every problem"));
}

double AmountOf(const std::string& unit, const Task& task, const Batch& batch) {
  if (unit == "batches") return 1;
  const auto rows = static_cast<double>(batch.rows());
  if (unit == "examples") return rows;
  if (unit == "tokens") return static_cast<double>(std::max<int64_t>(batch.real_positions(), 1));
  T2T_CHECK(unit == "bytes" || unit == "seconds") << unit;
  double amount = 0;
  for (const auto* ports : {&batch.inputs, &batch.targets}) {
    for (const auto& [name, units] : *ports)
      amount += static_cast<double>(units.raw_units) * OfRawUnit(unit, *task.Find(name)->codec);
  }
  return std::max(amount, rows * (unit == "bytes" ? 1 : 1e-3));
}

}  // namespace t2t
