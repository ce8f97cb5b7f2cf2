// The descriptions of packages in one language, from the package archives that this machine's apt
// knows. They change from day to day.
//
//   T2T_RETURN_IF_ERROR(DownloadTranslations("it", "cache/descriptions_it"));
//   // cache/descriptions_it/Translation-it: stanzas, see readers/debian_control.h
#ifndef T2T_PROBLEMS_SOURCES_APT_INDEX_H_
#define T2T_PROBLEMS_SOURCES_APT_INDEX_H_

#include <string>

#include "absl/status/status.h"

namespace t2t {

// The name of the file of a language: "Translation-it".
std::string TranslationsFile(const std::string& language);

// By `apt-get update` into lists of its own within `folder`, which needs no rights and leaves the machine's lists alone;
// those of all archives (releases, updates, security) one after another, by name. Errors: NotFound where there is no
// apt-get; InvalidArgument where no archive has the language; Aborted with what apt-get said.
absl::Status DownloadTranslations(const std::string& language, const std::string& folder);

}  // namespace t2t

#endif  // T2T_PROBLEMS_SOURCES_APT_INDEX_H_
