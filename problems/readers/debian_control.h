// Debian's control files: stanzas of "Field: value" lines with an empty line between them, as in
// the lists of packages and their translated descriptions (deb-control(5)). Plain or compressed.
//
//   Package: 0ad
//   Description-md5: d943033bedada21853d2ae54a2578a7b
//   Description-it: gioco di strategia in tempo reale
//    0 A.D. è un gioco di strategia
//    per guerra antica.
#ifndef T2T_PROBLEMS_READERS_DEBIAN_CONTROL_H_
#define T2T_PROBLEMS_READERS_DEBIAN_CONTROL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct ControlStanza {
  // By the name of the field. Lines that continue a value follow it behind '\n', without the space that begins them.
  std::map<std::string, std::string> fields;
  int64_t line = 0;  // of its first field, from 1

  const std::string* Find(const std::string& field) const;  // null when there is none; borrowed
};

// A stanza's description: "short\nline\nline\n.\nline" -> its first line, and its paragraphs, whose lines are joined by
// spaces. Lines that begin with a space (lists, as they stand) are kept as lines of their own.
struct Description {
  std::string summary;
  std::vector<std::string> paragraphs;
};
Description ParseDescription(absl::string_view value);

// Errors name file and line: a line that is neither a field, nor continues one, nor is empty; a field that a stanza has
// twice; bytes that are not UTF-8; no stanza. A file that is cut within a value cannot be told from a whole one.
absl::StatusOr<std::vector<ControlStanza>> ReadDebianControl(const std::string& path);
absl::StatusOr<std::vector<ControlStanza>> ParseDebianControl(absl::string_view text,
                                                              const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_DEBIAN_CONTROL_H_
