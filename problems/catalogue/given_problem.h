// GivenSet: a well-known data set that everybody has to get by himself, read from the user's own copy as rows (problems/rows); or
// that is fetched where he has none.
//
//   GivenSet set = {.spec = {.name = "image_mnist", ...}, .source = "mnist", .holds = "a folder with ..."};
//   set.parts = [](const std::string& path) { ... return a GivenPart for each file ... };
//   set.fill = [](Row& row, Example* example) { example->ports["image"] = ...; return nullptr; };
//   return MakeGiven(std::move(set));                     // t2t train --problem image_mnist --source mnist=PATH
//
// Where the set has no files for valid or test, some groups of training stand in for each (held_out), drawn by their names. An
// example whose target has alternatives is several in training, one for each; held out it stays one.
#ifndef T2T_PROBLEMS_CATALOGUE_GIVEN_PROBLEM_H_
#define T2T_PROBLEMS_CATALOGUE_GIVEN_PROBLEM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "problems/problem.h"
#include "problems/rows/formats.h"
#include "problems/sources/source.h"

namespace t2t {

struct GivenPart {
  std::string split;
  std::function<RowsOrStatus()> open;
};

struct GivenSet {
  ProblemSpec spec = {};
  std::string source = {};  // what --source NAME=PATH calls it
  std::string holds = {};   // what PATH must be, for people
  // Where it can be fetched: what is read without a PATH. Called as `source`.
  std::optional<Source> package = {};
  // The files at the path, in the order in which they are read. Error: what is missing.
  std::function<absl::StatusOr<std::vector<GivenPart>>(const std::string& path)> parts = {};
  // The group of a row, whose members share a split; none: each is its own.
  std::function<std::string(const Row& row)> group = {};
  // The row's example; null, or why a sound row is not taken. Without a key it is called by the row's place. Error: what is
  // wrong with the row.
  std::function<absl::StatusOr<const char*>(Row& row, Example* example)> fill = {};
  // An input of which a value is taken once only, so that no split has what another one has; "" = none.
  std::string distinct = {};
  // One of so many groups of training is valid, and one test, where the set has no files of that split.
  uint64_t held_out = 50;
};

std::unique_ptr<Problem> MakeGiven(GivenSet set);

// The first file that fits the first pattern that one fits (files_below.h). Error: NotFound with what PATH must be.
absl::StatusOr<std::string> FindGivenFile(const std::string& path,
                                          const std::vector<std::string>& patterns,
                                          const std::string& holds);

// The text of a cell. Error: DataLoss for a row without it.
absl::StatusOr<std::string> GivenCell(const Row& row, const std::string& cell);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_GIVEN_PROBLEM_H_
