#include "problems/catalogue/given_problem.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "problems/rows/files_below.h"
#include "problems/sources/source.h"
#include "random/philox.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// What one pass over the data keeps.
struct GivenPass {
  std::string path;
  bool draws_valid = false, draws_test = false;  // from training
  std::map<std::string, int64_t> taken;          // examples of each split
  absl::flat_hash_set<uint64_t> seen;            // values of GivenSet::distinct
};

class GivenProblem : public Problem {
 public:
  explicit GivenProblem(GivenSet set) : set_(std::move(set)) {
    set_.spec.sources = {set_.source};
    std::string& source = set_.spec.provenance.source;
    source = absl::StrCat(source, source.empty() ? "" : "; or ", "your own copy: ", set_.holds);
  }

  ProblemSpec Spec() const override { return set_.spec; }

  absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override {
    GivenPass pass;
    if (set_.package.has_value() && options.source_paths.count(set_.source) == 0) {
      T2T_ASSIGN_OR_RETURN(pass.path, FetchSource(*set_.package, options));
    } else {
      T2T_ASSIGN_OR_RETURN(pass.path, FetchOwnCopy(set_.source, set_.holds, options));
    }
    T2T_ASSIGN_OR_RETURN(const std::vector<GivenPart> parts, set_.parts(pass.path));
    const auto has = [&](const char* split) {
      return std::any_of(parts.begin(), parts.end(),
                         [&](const GivenPart& part) { return part.split == split; });
    };
    if (!has("train")) {
      return absl::NotFoundError(absl::StrCat("--source ", set_.source, "=", pass.path,
                                              ": nothing to train on; it must be ", set_.holds));
    }
    pass.draws_valid = !has("valid");
    pass.draws_test = !has("test");
    for (const GivenPart& part : parts)
      T2T_RETURN_IF_ERROR(AddPart(part, options.limit, &pass, sink));
    return absl::OkStatus();
  }

 private:
  absl::Status AddPart(const GivenPart& part, int64_t limit, GivenPass* pass,
                       ExampleSink& sink) const {
    const auto full = [&](const std::string& split) {
      return limit > 0 && pass->taken[split] >= limit;
    };
    T2T_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> rows, part.open());
    Row row;
    while (true) {
      if (full(part.split) && (part.split != "train" || ((!pass->draws_valid || full("valid")) &&
                                                         (!pass->draws_test || full("test"))))) {
        return absl::OkStatus();
      }
      T2T_ASSIGN_OR_RETURN(const bool more, rows->Next(&row));
      if (!more) return absl::OkStatus();
      if (!row.status.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(row.place, row.status));
        continue;
      }
      const std::string key(absl::StripPrefix(row.place, pass->path + "/"));
      const std::string split = SplitOf(part.split, set_.group ? set_.group(row) : key, *pass);
      if (full(split)) continue;  // what follows reads files
      Example example;
      const auto left_out = set_.fill(row, &example);
      if (!left_out.ok()) {
        T2T_RETURN_IF_ERROR(sink.Broken(row.place, left_out.status()));
        continue;
      }
      if (*left_out != nullptr) {
        sink.LeftOut(*left_out);
        continue;
      }
      if (!set_.distinct.empty() &&
          !pass->seen.insert(RandomKey(0).With(example.ports[set_.distinct].bytes()).value())
               .second) {
        sink.LeftOut("inputs equal to one before");
        continue;
      }
      if (example.key.empty()) example.key = key;
      T2T_RETURN_IF_ERROR(Add(split, std::move(example), pass, sink));
    }
  }

  std::string SplitOf(const std::string& part, const std::string& group,
                      const GivenPass& pass) const {
    if (part != "train") return part;
    const uint64_t bucket = RandomKey(0).With(set_.source).With(group).value() % set_.held_out;
    if (bucket == 0 && pass.draws_valid) return "valid";
    return bucket == 1 && pass.draws_test ? "test" : "train";
  }

  static absl::Status Add(const std::string& split, Example example, GivenPass* pass,
                          ExampleSink& sink) {
    ++pass->taken[split];
    if (split != "train" || example.alternatives.empty())
      return sink.Add(split, std::move(example));
    const auto alternatives = std::exchange(example.alternatives, {});
    Example further = example;
    T2T_RETURN_IF_ERROR(sink.Add(split, std::move(example)));
    const std::string key = further.key;
    for (const auto& [port, values] : alternatives) {
      for (size_t i = 0; i < values.size(); ++i) {
        further.key = absl::StrCat(key, "(", i + 2, ")");
        further.ports[port] = values[i];
        T2T_RETURN_IF_ERROR(sink.Add(split, further));
      }
    }
    return absl::OkStatus();
  }

  GivenSet set_;
};

}  // namespace

std::unique_ptr<Problem> MakeGiven(GivenSet set) {
  return std::make_unique<GivenProblem>(std::move(set));
}

absl::StatusOr<std::string> FindGivenFile(const std::string& path,
                                          const std::vector<std::string>& patterns,
                                          const std::string& holds) {
  for (const std::string& pattern : patterns) {
    const auto found = ExpandPattern(path, pattern);
    if (found.ok()) return found->front();
    if (!absl::IsNotFound(found.status())) return found.status();
  }
  return absl::NotFoundError(
      absl::StrCat(path, ": holds no ", absl::StrJoin(patterns, ", "), "; it must be ", holds));
}

absl::StatusOr<std::string> GivenCell(const Row& row, const std::string& cell) {
  const auto found = row.cells.find(cell);
  if (found == row.cells.end() || !found->second.is_bytes())
    return absl::DataLossError(absl::StrCat("it has no '", cell, "'"));
  return found->second.bytes();
}

}  // namespace t2t
