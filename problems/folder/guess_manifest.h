// GuessManifest: a manifest for a folder of data, by a look at its files and first rows: what `t2t new` writes. Every choice has a
// comment, so that it is easy to change.
//
//   T2T_ASSIGN_OR_RETURN(const ManifestGuess guess, GuessManifest("birds", modalities, {}));
#ifndef T2T_PROBLEMS_FOLDER_GUESS_MANIFEST_H_
#define T2T_PROBLEMS_FOLDER_GUESS_MANIFEST_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "registry/registry.h"

namespace t2t {

struct ManifestGuess {
  std::string yaml;
  std::vector<std::pair<std::string, std::string>>
      example;  // port and the first row's value, for people
};

struct ManifestWishes {
  std::vector<std::string> targets = {};  // columns that are to be targets; empty = to be guessed
  std::map<std::string, std::string> modalities = {};  // by column, where it is not to be guessed
  std::vector<std::string> taken = {};                 // names that the problem may not have
};

// Errors: as FindTables; NotFound for a wish of no column or no modality; InvalidArgument where no column is worth a port.
absl::StatusOr<ManifestGuess> GuessManifest(const std::string& folder,
                                            const Registry<Modality>& modalities,
                                            const ManifestWishes& wishes);

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_GUESS_MANIFEST_H_
