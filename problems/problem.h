// Problem: a data set as typed ports. It yields Examples and knows nothing of models.
//
//   class Reverse : public Problem {
//    public:
//     ProblemSpec Spec() const override {
//       return {.name = "reverse", .summary = "letters backwards",
//               .inputs = {{.name = "text", .modality = "text", .options = "vocab: {kind: byte}"}},
//               .targets = {{.name = "reversed", .modality = "text", .options = "vocab: {kind: byte}"}}};
//     }
//     absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const override { ... }
//   };
//
// Generate writes every split in one pass: sink.Add(split, example). A problem's split is part of the
// problem; a change of it is a new revision.
#ifndef T2T_PROBLEMS_PROBLEM_H_
#define T2T_PROBLEMS_PROBLEM_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/value.h"
#include "registry/registry.h"

namespace t2t {

struct Port {
  std::string name = {};      // also the option of `t2t decode`: --name VALUE
  std::string modality = {};  // a registered modality
  std::string options = {};   // YAML: what this problem sets of the modality's options
  std::string scheme = {};    // target: how it comes about; "" = the modality's default
  // Target: the input of which each unit has one of this target's units, in every example; "" = none.
  std::string aligned_with = {};
  // Target: the input along which a scheme such as ctc reads it; "" = the one it is aligned with, or the only one.
  std::string along = {};
  std::vector<std::string> metrics =
      {};                     // target: "" = the modality's default; the first selects checkpoints
  std::string language = {};  // BCP 47 where it has one: part of the target tag
};

struct Provenance {
  std::string source = {};  // "Debian package x", "npm package y 3.0.0"
  std::string licence = {};
  std::string size = {};       // of the download, for people: "1.0 MB"
  std::string published = {};  // the number to beat and where it stands, or ""
};

struct ProblemSpec {
  std::string name = {};     // the instance's full name: "g2p_cmudict", "translate_debian:lang=it"
  std::string summary = {};  // one line
  std::string parameters = {};  // what may stand behind the name: "tones=plain (plain, named, no)"
  int64_t revision = 1;         // raised when examples, splits or metrics change
  // The problem whose data set this one reads, where it is another view of it; "" = its own.
  std::string dataset = {};
  // Ports that are read from another one of the data set, by name: {"speech_again": "speech"}.
  std::map<std::string, std::string> aliases = {};
  // Training takes so many of its examples only, chosen by chance, the same ones each time; 0 = all.
  int64_t sample = 0;
  std::vector<Port> inputs = {};   // any number; none for a language model
  std::vector<Port> targets = {};  // at least one
  Provenance provenance;
  std::vector<std::string> sources = {};  // names that --source NAME=PATH may give
  std::vector<std::string> splits = {"train", "valid", "test"};

  const Port* FindPort(absl::string_view port) const;  // null when there is none; borrowed
  const std::string& dataset_name() const { return dataset.empty() ? name : dataset; }
};

enum class OnError { kStop, kSkip };

// What an example came from, for the manifest: a source that changes by nature is known by its hash.
struct SourceRecord {
  std::string name = {};  // of the source: "cmudict"
  // "npm package x@3.0.0", "installed Debian package x 1.2-3", "given: PATH"
  std::string origin = {};
  // Of the archive. Of files that were there: of the lines that sha256sum prints of those by which
  // the source is recognised; "" where these are folders.
  std::string sha256 = {};
  std::string date = {};  // when it was fetched, or read where it was there, UTC
};

struct GenerateOptions {
  std::string cache_folder = {};  // downloads are kept here
  std::map<std::string, std::string> source_paths =
      {};  // --source NAME=PATH: a user's own copy of a source
  bool offline = false;
  uint64_t seed = 1;
  int64_t limit = 0;  // at most so many examples a split; 0 = all
  OnError on_error = OnError::kStop;
  // Called now and then: what is being done, done so far, of how many (0 = unknown).
  std::function<void(absl::string_view what, int64_t done, int64_t total)> progress = {};
  // Called for each source that was used; PrepareData puts them into the manifest.
  std::function<void(const SourceRecord& record)> source_used = {};
};

class ExampleSink {
 public:
  virtual ~ExampleSink() = default;
  virtual absl::Status Add(absl::string_view split, Example example) = 0;
  // A record that could not be read: stops or is counted, as on_error says. `where` names file and place.
  virtual absl::Status Broken(absl::string_view where, const absl::Status& why) = 0;
  // A sound record that the problem does not take, counted by its reason: "equal to one before".
  virtual void LeftOut(absl::string_view why) = 0;
};

class Problem {
 public:
  virtual ~Problem() = default;
  virtual ProblemSpec Spec() const = 0;
  // Adds every example of every split. The order is deterministic.
  virtual absl::Status Generate(const GenerateOptions& options, ExampleSink& sink) const = 0;
  // The problem of ProblemSpec::dataset; itself where it has a data set of its own.
  virtual const Problem& dataset() const { return *this; }
};

// Whether every name given by --source is a source of one of the problems, whose names are `known`.
// Error: InvalidArgument with the nearest.
absl::Status CheckSourceNames(const std::map<std::string, std::string>& source_paths,
                              const std::vector<std::string>& known);

// "lang=it,limit=5" behind the problem's name, by key.
using ProblemParameters = std::map<std::string, std::string>;
using ProblemFactory =
    std::function<absl::StatusOr<std::unique_ptr<Problem>>(const ProblemParameters& parameters)>;

// "name" or "name:key=value,key=value" -> the problem; "name_rev" is that of `name` the other way round, "name_copy" its input
// to itself, "name_a_to_b" that of one of its ports to another one, and "name:limit=1000" with so many of its training examples,
// whatever the problem is (views.h).
// Errors: unknown name (with the nearest), a malformed or unknown parameter.
absl::StatusOr<std::unique_ptr<Problem>> MakeProblem(const Registry<ProblemFactory>& registry,
                                                     absl::string_view instance);

// As MakeProblem does: what is behind the ':' of `instance` parsed, without what is every problem's, to `make`; and the views
// of what that gives.
absl::StatusOr<std::unique_ptr<Problem>> MakeInstance(
    absl::string_view instance,
    const std::function<absl::StatusOr<std::unique_ptr<Problem>>(
        absl::string_view name, const ProblemParameters& parameters)>& make);

}  // namespace t2t

#endif  // T2T_PROBLEMS_PROBLEM_H_
