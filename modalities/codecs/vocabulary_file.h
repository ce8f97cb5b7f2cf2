// The text file of a vocabulary or of the classes of a label: one entry a line, the id is the
// line's place.
//
//   # t2t-vocabulary 1 word 3
//   the
//   a\\b         (backslash, line feed and carriage return are escaped: \\ \n \r)
//   of
//
// The header carries the format's version, the kind and the number of entries, so that a cut file
// is noticed. A foreign file has no header and its lines are taken as they are.
#ifndef T2T_MODALITIES_CODECS_VOCABULARY_FILE_H_
#define T2T_MODALITIES_CODECS_VOCABULARY_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/codec.h"

namespace t2t {

std::string WriteVocabulary(absl::string_view kind, const std::vector<std::string>& entries);

// `name` is the file's name in messages. Errors: another kind or version, a number of entries that
// the header does not say, a bad escape, an entry twice (each with its line).
absl::StatusOr<std::vector<std::string>> ReadVocabulary(absl::string_view kind,
                                                        absl::string_view text,
                                                        absl::string_view name);

// The one file `name` that a codec keeps. Errors: it is absent, or another is there too.
absl::StatusOr<std::string> OnlyFile(const CodecFiles& files, const std::string& name);

}  // namespace t2t

#endif  // T2T_MODALITIES_CODECS_VOCABULARY_FILE_H_
