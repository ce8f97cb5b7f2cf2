#include "tensor2tensor/models/batching.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

int64_t Padded(int64_t length) {
  const int64_t step = LengthStep(length);
  return (std::max<int64_t>(length, 1) + step - 1) / step * step;
}

// The lengths of one port in a batch.
struct LengthRange {
  int64_t shortest = std::numeric_limits<int64_t>::max(), longest = 0;
  // Takes one more row; returns the length to which all are padded: rows of one length, as whole pictures are, not at
  // all (but an empty text is one position).
  int64_t Add(int64_t length) {
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
    return shortest == longest ? std::max<int64_t>(longest, 1) : Padded(longest);
  }
};

// The lengths of all ports in a batch.
struct PortLengths {
  std::map<std::string, LengthRange> inputs, targets;
  // Takes one more row; returns the positions of a row, with padding.
  int64_t Add(const EncodedExample& example) {
    int64_t width = 0;
    for (const auto& [name, units] : example.inputs) width += inputs[name].Add(units.length());
    for (const auto& [name, units] : example.targets) width += targets[name].Add(units.length());
    return width;
  }
};

int64_t Length(const std::map<std::string, Units>& ports) {
  int64_t sum = 0;
  for (const auto& [name, units] : ports) sum += units.length();
  return sum;
}

// Units in place of those of a value that is not there.
Units Placeholder(const Codec& codec) {
  Units units;
  units.axes = codec.axes();
  units.frame_width = codec.gives_frames() ? codec.frame_width() : 0;
  const auto length = static_cast<size_t>(codec.fixed_length());
  units.frames.assign(length * static_cast<size_t>(units.frame_width), 0.0f);
  if (units.frame_width == 0) units.ids.assign(length, 0);
  return units;
}

absl::StatusOr<Units> EncodePort(const Task& task, const TaskPort& port, const Example& example,
                                 uint64_t augment_key) {
  const auto place = [&] {
    return absl::StrCat(task.spec.name, ", example '", example.key, "', port ", port.port.name);
  };
  const auto value = example.ports.find(port.port.name);
  if (value == example.ports.end()) {
    return absl::InvalidArgumentError(absl::StrCat(place(), ": is missing"));
  }
  EncodeOptions options;
  options.augment = augment_key != 0;
  if (options.augment) options.random_key = RandomKey(augment_key).With(port.port.name).value();
  auto units = port.codec->Encode(value->second, options);
  if (!units.ok()) return Annotate(units.status(), place());
  return units;
}

}  // namespace

void BatchingOptions::Bind(Binder& b) {
  b.Field("tokens_per_batch", &tokens_per_batch,
          "rows of a batch x padded lengths of all its ports, inputs and targets; 0 = no limit");
  b.Field("examples_per_batch", &examples_per_batch,
          "rows of a batch, where examples share them these; 0 = no limit");
  b.Field("max_length", &max_length, "an example with a longer port is left out and counted");
  if (tokens_per_batch < 0) b.Error("tokens_per_batch", "must not be negative");
  if (examples_per_batch < 0) b.Error("examples_per_batch", "must not be negative");
  if (tokens_per_batch == 0 && examples_per_batch == 0) {
    b.Error("tokens_per_batch", "one of tokens_per_batch and examples_per_batch must be set");
  }
  if (max_length <= 0) b.Error("max_length", "must be positive");
  constexpr int64_t kMost = int64_t{1}
                            << 40;  // sums and products of lengths stay far below an overflow
  for (const auto& [key, value] :
       {std::pair("tokens_per_batch", tokens_per_batch),
        std::pair("examples_per_batch", examples_per_batch), std::pair("max_length", max_length)}) {
    if (value > kMost) b.Error(key, absl::StrCat("must not be larger than ", kMost));
  }
}

int64_t EncodedExample::length() const { return Length(inputs) + Length(targets); }

void EncodedExample::CountRemarks(std::map<std::string, int64_t>* counts) const {
  for (const auto* ports : {&inputs, &targets}) {
    for (const auto& [name, units] : *ports) {
      if (units.remark != nullptr) ++(*counts)[absl::StrCat(name, " ", units.remark)];
    }
  }
}

int64_t EncodedExample::longest_port() const {
  int64_t longest = 0;
  for (const auto* ports : {&inputs, &targets}) {
    for (const auto& [name, units] : *ports) longest = std::max(longest, units.length());
  }
  return longest;
}

absl::StatusOr<EncodedExample> EncodePorts(const Task& task, const Example& example,
                                           bool with_targets, uint64_t augment_key) {
  EncodedExample encoded;
  for (const TaskPort& port : task.inputs) {
    if (port.drop > 0 && example.ports.count(port.port.name) == 0) {
      encoded.inputs[port.port.name] = Placeholder(*port.codec);
      encoded.missing.insert(port.port.name);
      continue;
    }
    T2T_ASSIGN_OR_RETURN(encoded.inputs[port.port.name],
                         EncodePort(task, port, example, augment_key));
  }
  if (!with_targets) return encoded;
  for (const TaskPort& port : task.targets) {
    T2T_ASSIGN_OR_RETURN(encoded.targets[port.port.name],
                         EncodePort(task, port, example, augment_key));
    if (!port.guide.empty()) {
      encoded.in_reach =
          encoded.in_reach && port.scheme->InReach(*port.codec, encoded.targets[port.port.name],
                                                   encoded.inputs[port.guide].length());
    }
    if (port.port.aligned_with.empty()) continue;
    const int64_t length = encoded.targets[port.port.name].length();
    const int64_t wanted = encoded.inputs[port.port.aligned_with].length();
    if (length != wanted) {
      return absl::InvalidArgumentError(absl::StrCat(
          task.spec.name, ", example '", example.key, "', port ", port.port.name, ": ", length,
          " units for the ", wanted, " of ", port.port.aligned_with, ", with which it is aligned"));
    }
  }
  return encoded;
}

int64_t LengthStep(int64_t length) {
  int64_t step = 1;
  while (step * 16 <= length) step *= 2;
  return step;
}

namespace {

// Batches of rows that examples have to themselves.
std::vector<BatchPlan> CutOwnRows(const std::vector<EncodedExample>& examples,
                                  const BatchingOptions& options) {
  std::vector<int64_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);
  // By the inputs' padded length, then by the targets': of a sum of both neither would be even.
  std::vector<std::pair<int64_t, int64_t>> lengths;
  for (const EncodedExample& example : examples) {
    lengths.emplace_back(Padded(Length(example.inputs)), Length(example.targets));
  }
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return lengths[static_cast<size_t>(a)] < lengths[static_cast<size_t>(b)];
  });
  std::vector<BatchPlan> batches;
  PortLengths open;  // of the open batch
  for (int64_t i : order) {
    const EncodedExample& example = examples[static_cast<size_t>(i)];
    PortLengths with = open;
    int64_t width = with.Add(example);
    const int64_t rows = batches.empty() ? 0 : static_cast<int64_t>(batches.back().examples.size());
    const bool full =
        (options.tokens_per_batch > 0 && (rows + 1) * width > options.tokens_per_batch) ||
        (options.examples_per_batch > 0 && rows >= options.examples_per_batch);
    if (batches.empty() || (full && rows > 0)) {
      batches.emplace_back();
      with = {};
      width = with.Add(example);
    }
    open = std::move(with);
    BatchPlan& batch = batches.back();
    batch.examples.push_back(i);
    batch.positions = static_cast<int64_t>(batch.examples.size()) * width;
  }
  return batches;
}

// What one packed row holds, or the longest of several rows.
struct PackedRow {
  std::vector<int64_t> examples;
  int64_t inputs = 0;            // positions, with tags
  std::vector<int64_t> targets;  // of each port
  // Positions of the longest example: of a row of its own in a batch with this one.
  int64_t longest = 0;

  int64_t positions() const { return std::accumulate(targets.begin(), targets.end(), inputs); }
};

PackedRow RowOf(const EncodedExample& example) {
  PackedRow row;
  row.inputs = Length(example.inputs) + 1;
  for (const auto& [name, units] : example.targets) row.targets.push_back(units.length() + 1);
  row.longest = row.positions();
  return row;
}

std::vector<PackedRow> PackRows(const std::vector<EncodedExample>& examples, int64_t row_length) {
  std::vector<PackedRow> alone;
  std::vector<int64_t> order(examples.size());
  std::iota(order.begin(), order.end(), 0);
  for (const EncodedExample& example : examples) alone.push_back(RowOf(example));
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return alone[static_cast<size_t>(a)].longest > alone[static_cast<size_t>(b)].longest;
  });
  std::vector<PackedRow> rows;
  std::multimap<int64_t, size_t> room;  // of rows that take more
  for (const int64_t i : order) {
    const PackedRow& one = alone[static_cast<size_t>(i)];
    const auto found = room.lower_bound(one.longest);
    size_t at = rows.size();
    int64_t left = row_length;
    if (found != room.end()) {
      std::tie(left, at) = *found;
      room.erase(found);
    } else {
      rows.emplace_back().targets.resize(one.targets.size());
      rows.back().longest = one.longest;
    }
    PackedRow& row = rows[at];
    row.examples.push_back(i);
    row.inputs += one.inputs;
    for (size_t port = 0; port < one.targets.size(); ++port) row.targets[port] += one.targets[port];
    left -= one.longest;
    const auto held = static_cast<int64_t>(row.examples.size());
    if (left > 0 && (held + 1) * row.longest <= 2 * row_length) room.emplace(left, at);
  }
  return rows;
}

// Rows whose longest examples are of one step are about as long; a step is a half of an octave.
int64_t LongestStep(int64_t longest) {
  return std::lround(2 * std::log2(static_cast<double>(longest)));
}

std::vector<BatchPlan> PackBatches(const std::vector<EncodedExample>& examples,
                                   const BatchingOptions& options, int64_t row_length) {
  std::vector<PackedRow> rows = PackRows(examples, row_length);
  std::stable_sort(rows.begin(), rows.end(), [](const PackedRow& a, const PackedRow& b) {
    return std::make_tuple(LongestStep(a.longest), a.inputs, std::cref(a.targets)) <
           std::make_tuple(LongestStep(b.longest), b.inputs, std::cref(b.targets));
  });
  std::vector<BatchPlan> batches;
  PackedRow open;     // the longest of each stream of the open batch, and all its examples' number
  int64_t count = 0;  // its rows
  for (const PackedRow& row : rows) {
    PackedRow with = row;
    auto held = static_cast<int64_t>(row.examples.size());
    if (count > 0) {
      held += static_cast<int64_t>(batches.back().examples.size());
      with.inputs = std::max(with.inputs, open.inputs);
      with.longest = std::max(with.longest, open.longest);
      for (size_t port = 0; port < with.targets.size(); ++port)
        with.targets[port] = std::max(with.targets[port], open.targets[port]);
    }
    const bool full = (options.tokens_per_batch > 0 &&
                       ((count + 1) * with.positions() > options.tokens_per_batch ||
                        held * with.longest > 2 * options.tokens_per_batch)) ||
                      (options.examples_per_batch > 0 && count >= options.examples_per_batch);
    if (count == 0 || full) {
      batches.emplace_back();
      count = 0;
      with = row;
    }
    open = std::move(with);
    BatchPlan& batch = batches.back();
    batch.examples.insert(batch.examples.end(), row.examples.begin(), row.examples.end());
    batch.packed_rows.insert(batch.packed_rows.end(), row.examples.size(), count);
    const auto tags = static_cast<int64_t>(1 + row.targets.size());  // of an example
    batch.positions =
        ++count * open.positions() - tags * static_cast<int64_t>(batch.examples.size());
  }
  return batches;
}

}  // namespace

std::vector<BatchPlan> PlanBatches(const std::vector<EncodedExample>& examples,
                                   const BatchingOptions& options, int64_t row_length) {
  return row_length > 0 ? PackBatches(examples, options, row_length)
                        : CutOwnRows(examples, options);
}

std::vector<std::vector<int64_t>> CutBatches(const std::vector<EncodedExample>& examples,
                                             const BatchingOptions& options) {
  std::vector<std::vector<int64_t>> batches;
  for (BatchPlan& plan : CutOwnRows(examples, options)) batches.push_back(std::move(plan.examples));
  return batches;
}

Batch MakeBatch(const Task& task, const std::vector<EncodedExample>& examples,
                const BatchPlan& plan) {
  Batch batch = MakeBatch(task, examples, plan.examples, /*with_targets=*/true);
  batch.packed_rows = plan.packed_rows;
  return batch;
}

Batch MakeBatch(const Task& task, const std::vector<EncodedExample>& examples,
                const std::vector<int64_t>& rows, bool with_targets, int64_t at_least) {
  Batch batch;
  batch.problem = task.spec.name;
  for (int64_t row : rows) {
    batch.examples.push_back(examples[static_cast<size_t>(row)].number);
    batch.keys.push_back(examples[static_cast<size_t>(row)].key);
  }
  const auto collate = [&](const TaskPort& port, auto member) {
    std::vector<const Units*> units;
    LengthRange range;
    int64_t padded = 0;
    for (int64_t row : rows) {
      units.push_back(&(examples[static_cast<size_t>(row)].*member).at(port.port.name));
      padded = range.Add(units.back()->length());
    }
    if (port.codec->extent().empty()) padded = std::max(padded, at_least);
    return Collate(units, padded);
  };
  for (const TaskPort& port : task.inputs) {
    batch.inputs[port.port.name] = collate(port, &EncodedExample::inputs);
    std::vector<bool> unseen;
    for (const int64_t row : rows)
      unseen.push_back(examples[static_cast<size_t>(row)].missing.count(port.port.name) > 0);
    if (std::find(unseen.begin(), unseen.end(), true) != unseen.end())
      batch.unseen[port.port.name] = std::move(unseen);
  }
  if (with_targets) {
    for (const TaskPort& port : task.targets) {
      batch.targets[port.port.name] = collate(port, &EncodedExample::targets);
    }
  }
  return batch;
}

int64_t PaddedPositions(const std::vector<EncodedExample>& examples,
                        const std::vector<int64_t>& rows) {
  PortLengths lengths;
  int64_t width = 0;
  for (int64_t row : rows) width = lengths.Add(examples[static_cast<size_t>(row)]);
  return static_cast<int64_t>(rows.size()) * width;
}

}  // namespace t2t
