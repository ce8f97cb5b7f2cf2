// Registry<T>: a sorted map from a name to what makes a T, with a summary for people. A plain object: no
// singletons, no static initialisers; main makes one of each family and passes it on.
//
//   Registry<Modality> modalities("modality");
//   status = modalities.Add("text", {.summary = "UTF-8 text", .value = ...});
//   absl::StatusOr<const Modality*> text = modalities.Find("txet");   // error: ... did you mean 'text'?
//
// Names are snake_case. Not thread-safe while names are added; reading is.
#ifndef T2T_REGISTRY_REGISTRY_H_
#define T2T_REGISTRY_REGISTRY_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "registry/suggest.h"

namespace t2t {

// Lower-case letters, digits and '_', beginning with a letter.
inline bool IsSnakeCase(absl::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

template <typename T>
class Registry {
 public:
  struct Entry {
    std::string summary;            // one line for `t2t list`
    std::vector<std::string> tags;  // e.g. the modality pair, the language
    T value;                        // a factory, or a description that holds factories
  };

  // `family` is what one of them is called in messages: "problem", "modality".
  explicit Registry(std::string family) : family_(std::move(family)) {}

  // Errors: a name that is not snake_case (InvalidArgument) or already there (AlreadyExists).
  absl::Status Add(absl::string_view name, Entry entry) {
    if (!IsSnakeCase(name)) {
      return absl::InvalidArgumentError(absl::StrCat(
          family_, " name '", name, "' is not snake_case (lower-case letters, digits and '_')"));
    }
    if (!entries_.emplace(name, std::move(entry)).second) {
      return absl::AlreadyExistsError(absl::StrCat(family_, " '", name, "' is registered twice"));
    }
    return absl::OkStatus();
  }

  // The entry; owned by the registry. Error: NotFound with the nearest name.
  absl::StatusOr<const Entry*> Find(absl::string_view name) const {
    const auto it = entries_.find(std::string(name));
    if (it != entries_.end()) return &it->second;
    return absl::NotFoundError(
        absl::StrCat("unknown ", family_, " '", name, "'", Suggestion(name, Names())));
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
  }
  const std::map<std::string, Entry>& entries() const { return entries_; }
  const std::string& family() const { return family_; }

 private:
  std::string family_;
  std::map<std::string, Entry> entries_;
};

}  // namespace t2t

#endif  // T2T_REGISTRY_REGISTRY_H_
