// MarkupReader: the tags and texts of XML-like markup, one after the other. It builds no tree and checks no nesting, so that
// pieces of a document can be read: a verse, a list of sounds.
//
//   MarkupReader reader("<w a='1'>In</w> the");
//   MarkupPiece piece;
//   while (reader.Next(&piece)) ...      // <w a="1">, "In", </w>, " the"
#ifndef T2T_PROBLEMS_READERS_MARKUP_H_
#define T2T_PROBLEMS_READERS_MARKUP_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace t2t {

struct MarkupPiece {
  std::string name = {};  // of a tag; "" = a text
  std::string text = {};
  bool opens = false, closes = false;  // both: <name/>
  std::map<std::string, std::string, std::less<>> attributes = {};

  const std::string* Find(absl::string_view attribute) const;  // null when there is none; borrowed
};

// The five entities of XML as their characters; others stand as they are written.
std::string WithoutEntities(absl::string_view text);

class MarkupReader {
 public:
  // `markup` must outlive it.
  explicit MarkupReader(absl::string_view markup) : rest_(markup) {}

  // False at the end. Comments, declarations and instructions are passed over; the five entities of XML stand as their
  // characters, others as they are written.
  bool Next(MarkupPiece* piece);

 private:
  absl::string_view rest_;
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_MARKUP_H_
