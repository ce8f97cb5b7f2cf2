#include "problems/sources/apt_index.h"

#include <filesystem>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "files/atomic_file.h"
#include "files/folder.h"
#include "problems/sources/process.h"
#include "registry/status_macros.h"

namespace t2t {

std::string TranslationsFile(const std::string& language) {
  return absl::StrCat("Translation-", language);
}

absl::Status DownloadTranslations(const std::string& language, const std::string& folder) {
  const std::string lists =
      std::filesystem::absolute(folder).lexically_normal().string() + "/lists";
  T2T_RETURN_IF_ERROR(MakeFolders(lists + "/partial"));
  // The lists of packages are not asked for, caches are not written, files are kept plain.
  T2T_RETURN_IF_ERROR(
      RunProcess({"apt-get", "update", "-o", absl::StrCat("Dir::State::lists=", lists), "-o",
                  absl::StrCat("Acquire::Languages=", language), "-o",
                  "Acquire::IndexTargets::deb::Packages::DefaultEnabled=false", "-o",
                  "Acquire::IndexTargets::deb::Translations::KeepCompressed=false", "-o",
                  "Acquire::GzipIndexes=false", "-o", "Dir::Cache::pkgcache=", "-o",
                  "Dir::Cache::srcpkgcache=", "-o", "APT::Update::Error-Mode=any"},
                 folder)
          .status());
  std::string text;
  T2T_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(lists));
  for (const std::string& name : names) {
    if (!absl::EndsWith(name, absl::StrCat("_i18n_", TranslationsFile(language)))) continue;
    T2T_ASSIGN_OR_RETURN(const std::string part, ReadFile(absl::StrCat(lists, "/", name)));
    absl::StrAppend(&text, part, "\n");
  }
  T2T_RETURN_IF_ERROR(RemoveAll(lists));
  if (text.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no archive that apt knows has descriptions in the language '", language,
                     "' (see /etc/apt/sources.list)"));
  }
  return WriteFileAtomically(absl::StrCat(folder, "/", TranslationsFile(language)), text);
}

}  // namespace t2t
