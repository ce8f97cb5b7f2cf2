#include "problems/readers/sword_text.h"

#include <zlib.h>

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "files/atomic_file.h"
#include "files/little_endian.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/line_reader.h"
#include "problems/readers/markup.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr size_t kBlockEntry = 12, kSlotEntry = 10;

// The blocks of one testament, inflated one at a time: slots come in the order of the blocks.
class SwordBlocks {
 public:
  absl::Status Read(const std::string& stem) {
    path_ = stem + ".bzz";
    T2T_ASSIGN_OR_RETURN(index_, ReadFile(stem + ".bzs"));
    T2T_ASSIGN_OR_RETURN(content_, ReadFile(path_));
    return absl::OkStatus();
  }

  // Valid until the next call.
  absl::StatusOr<absl::string_view> Slice(uint32_t block, uint32_t offset, uint32_t size) {
    if (block != block_ || inflated_.empty()) T2T_RETURN_IF_ERROR(Inflate(block));
    if (offset > inflated_.size() || size > inflated_.size() - offset) {
      return absl::DataLossError(absl::StrCat(path_, ": block ", block, " has ", inflated_.size(),
                                              " bytes, but a slot is at ", offset, " to ",
                                              uint64_t{offset} + size));
    }
    return absl::string_view(inflated_).substr(offset, size);
  }

 private:
  absl::Status Inflate(uint32_t block) {
    if (block >= index_.size() / kBlockEntry)
      return absl::DataLossError(absl::StrCat(path_, ": there is no block ", block));
    const char* entry = index_.data() + block * kBlockEntry;
    const auto offset = LoadLittleEndian<uint32_t>(entry);
    const auto packed = LoadLittleEndian<uint32_t>(entry + 4);
    uLongf size = LoadLittleEndian<uint32_t>(entry + 8);
    if (offset > content_.size() || packed > content_.size() - offset || size == 0 ||
        static_cast<int64_t>(size) > kMostRecordBytes) {
      return absl::DataLossError(absl::StrCat(path_, ": block ", block, " lies outside the file"));
    }
    inflated_.assign(size, '\0');
    const int code = uncompress(reinterpret_cast<Bytef*>(inflated_.data()), &size,
                                reinterpret_cast<const Bytef*>(content_.data()) + offset, packed);
    if (code != Z_OK || size != inflated_.size()) {
      inflated_.clear();
      return absl::DataLossError(absl::StrCat(path_, ": block ", block, " is damaged"));
    }
    block_ = block;
    return absl::OkStatus();
  }

  std::string path_, index_, content_;
  uint32_t block_ = 0;
  std::string inflated_;
};

// What a slot's markup begins: a book, a chapter (its name) or nothing.
struct SwordHeading {
  bool book = false;
  std::string chapter;
};

SwordHeading HeadingOf(absl::string_view markup) {
  SwordHeading heading;
  MarkupReader reader(markup);
  MarkupPiece piece;
  while (reader.Next(&piece)) {
    if (piece.Find("sID") == nullptr || piece.Find("osisID") == nullptr) continue;
    const std::string* type = piece.Find("type");
    if (piece.name == "div" && type != nullptr && *type == "book") heading.book = true;
    if (piece.name == "chapter") heading.chapter = *piece.Find("osisID");
  }
  return heading;
}

}  // namespace

std::string OsisText(absl::string_view markup) {
  std::string text;
  std::string hidden;  // the element whose content is passed over
  MarkupReader reader(markup);
  MarkupPiece piece;
  while (reader.Next(&piece)) {
    if (piece.name.empty()) {
      if (hidden.empty()) text += piece.text;
    } else if (hidden.empty() && (piece.name == "title" || piece.name == "note") && piece.opens &&
               !piece.closes) {
      hidden = piece.name;
    } else if (piece.name == hidden && piece.closes && !piece.opens) {
      hidden.clear();
    }
  }
  text = absl::StrReplaceAll(text, {{"\u00b6", " "}});
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

absl::StatusOr<std::vector<SwordVerse>> ReadSwordText(const std::string& folder,
                                                      const std::string& testament) {
  const std::string stem = absl::StrCat(folder, "/", testament), path = stem + ".bzv";
  T2T_ASSIGN_OR_RETURN(const std::string slots, ReadFile(path));
  SwordBlocks blocks;
  T2T_RETURN_IF_ERROR(blocks.Read(stem));
  if (slots.size() % kSlotEntry != 0)
    return absl::DataLossError(absl::StrCat(path, ": the file ends within a slot"));
  std::vector<SwordVerse> verses;
  std::string chapter;
  int64_t number = 0;
  for (size_t at = 0; at < slots.size(); at += kSlotEntry) {
    const auto size = LoadLittleEndian<uint16_t>(slots.data() + at + 8);
    absl::string_view markup;
    if (size > 0) {
      T2T_ASSIGN_OR_RETURN(markup,
                           blocks.Slice(LoadLittleEndian<uint32_t>(slots.data() + at),
                                        LoadLittleEndian<uint32_t>(slots.data() + at + 4), size));
    }
    if (!IsUtf8(markup)) {
      return absl::DataLossError(
          absl::StrCat(path, ": slot ", at / kSlotEntry, " holds text that is not UTF-8"));
    }
    const SwordHeading heading = HeadingOf(markup);
    if (heading.book || !heading.chapter.empty()) {
      chapter = heading.chapter;
      number = 0;
    } else if (!chapter.empty()) {
      verses.push_back({chapter, ++number, OsisText(markup)});
    }
  }
  if (verses.empty())
    return absl::DataLossError(absl::StrCat(path, ": no slot is a chapter's heading in OSIS"));
  return verses;
}

}  // namespace t2t
