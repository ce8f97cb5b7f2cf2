#include "problems/readers/markup.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace t2t {
namespace {

// What is before the first of `ends`, which stays.
absl::string_view TakeUntil(absl::string_view ends, absl::string_view* rest) {
  const absl::string_view taken = rest->substr(0, rest->find_first_of(ends));
  rest->remove_prefix(taken.size());
  return taken;
}

void ReadAttributes(absl::string_view rest, MarkupPiece* piece) {
  while (!(rest = absl::StripLeadingAsciiWhitespace(rest)).empty()) {
    const absl::string_view name = TakeUntil("= \t\r\n", &rest);
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (!absl::ConsumePrefix(&rest, "=")) continue;
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) continue;
    const absl::string_view quote = rest.substr(0, 1);
    rest.remove_prefix(1);
    piece->attributes[std::string(name)] = WithoutEntities(TakeUntil(quote, &rest));
    absl::ConsumePrefix(&rest, quote);
  }
}

}  // namespace

std::string WithoutEntities(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}});
}

const std::string* MarkupPiece::Find(absl::string_view attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? nullptr : &found->second;
}

bool MarkupReader::Next(MarkupPiece* piece) {
  while (!rest_.empty()) {
    *piece = MarkupPiece();
    if (rest_[0] != '<') {
      piece->text = WithoutEntities(TakeUntil("<", &rest_));
      return true;
    }
    const bool comment = absl::StartsWith(rest_, "<!--");
    const absl::string_view end = comment ? "-->" : ">";
    const size_t at = std::min(rest_.find(end), rest_.size());
    absl::string_view tag = rest_.substr(1, at - 1);
    rest_.remove_prefix(std::min(at + end.size(), rest_.size()));
    if (comment || absl::StartsWith(tag, "!") || absl::StartsWith(tag, "?")) continue;
    piece->opens = !absl::ConsumePrefix(&tag, "/");
    piece->closes = !piece->opens || absl::ConsumeSuffix(&tag, "/");
    piece->name = std::string(TakeUntil(" \t\r\n", &tag));
    ReadAttributes(tag, piece);
    if (!piece->name.empty()) return true;
  }
  return false;
}

}  // namespace t2t
