#include "modalities/codecs/vocabulary_file.h"

#include <unordered_set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace t2t {
namespace {

constexpr absl::string_view kMagic = "# t2t-vocabulary ";
constexpr absl::string_view kVersion = "1";

std::string Escape(absl::string_view entry) {
  std::string escaped;
  for (char c : entry) {
    if (c == '\\')
      escaped += "\\\\";
    else if (c == '\n')
      escaped += "\\n";
    else if (c == '\r')
      escaped += "\\r";
    else
      escaped += c;
  }
  return escaped;
}

bool Unescape(absl::string_view line, std::string* entry) {
  entry->clear();
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      *entry += line[i];
      continue;
    }
    if (++i == line.size()) return false;
    if (line[i] == '\\')
      *entry += '\\';
    else if (line[i] == 'n')
      *entry += '\n';
    else if (line[i] == 'r')
      *entry += '\r';
    else
      return false;
  }
  return true;
}

}  // namespace

std::string WriteVocabulary(absl::string_view kind, const std::vector<std::string>& entries) {
  std::string text = absl::StrCat(kMagic, kVersion, " ", kind, " ", entries.size(), "\n");
  for (const std::string& entry : entries) absl::StrAppend(&text, Escape(entry), "\n");
  return text;
}

absl::StatusOr<std::vector<std::string>> ReadVocabulary(absl::string_view kind,
                                                        absl::string_view text,
                                                        absl::string_view name) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  const bool ended = lines.back().empty();
  if (ended) lines.pop_back();
  const bool own = absl::StartsWith(text, kMagic);
  if (own) {
    const std::vector<absl::string_view> header =
        absl::StrSplit(lines[0].substr(kMagic.size()), ' ');
    uint64_t count = 0;
    if (header.size() != 3 || !absl::SimpleAtoi(header[2], &count)) {
      return absl::InvalidArgumentError(absl::StrCat(name, ":1: damaged header '", lines[0], "'"));
    }
    if (header[0] != kVersion || header[1] != kind) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ":1: holds a vocabulary of kind '", header[1], "', version ",
                       header[0], "; needed is '", kind, "', version ", kVersion));
    }
    if (count != lines.size() - 1 || !ended) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, ": is cut off or damaged: its header says ", count, " entries, it has ",
          lines.size() - 1, ended ? "" : ", the last without its end of line"));
    }
  }
  std::vector<std::string> entries;
  std::unordered_set<std::string> seen;
  for (size_t i = own ? 1 : 0; i < lines.size(); ++i) {
    std::string entry(lines[i]);
    if (own && !Unescape(lines[i], &entry)) {
      return absl::InvalidArgumentError(absl::StrCat(name, ":", i + 1, ": '", lines[i],
                                                     "' has an escape other than \\\\, \\n, \\r"));
    }
    if (!seen.insert(entry).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ":", i + 1, ": '", lines[i], "' is there twice"));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::StatusOr<std::string> OnlyFile(const CodecFiles& files, const std::string& name) {
  const auto it = files.find(name);
  if (it == files.end())
    return absl::NotFoundError(absl::StrCat("the file '", name, "' is missing"));
  for (const auto& [other, bytes] : files) {
    if (other != name) {
      return absl::InvalidArgumentError(
          absl::StrCat("the file '", other, "' does not belong here; expected only '", name, "'"));
    }
  }
  return it->second;
}

}  // namespace t2t
