#include "problems/readers/pgn.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

// What a line left open.
struct PgnOpen {
  bool comment = false;
  int64_t variations = 0;  // how deep
  int64_t line = 0;        // where it was opened
};

void AddMove(absl::string_view word, std::vector<std::string>* moves) {
  // "12." or "12...", alone or before a move.
  const size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  if (digits == word.size()) return;
  if (word[digits] == '.')
    word.remove_prefix(std::min(word.find_first_not_of('.', digits), word.size()));
  for (const absl::string_view result : {"1-0", "0-1", "1/2-1/2", "*", ""}) {
    if (word == result) return;
  }
  if (word[0] == '$') return;  // a mark by its number
  moves->emplace_back(word.substr(0, word.find_first_of("!?")));
}

void AddMoves(absl::string_view line, int64_t number, PgnOpen* open,
              std::vector<std::string>* moves) {
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && open->variations == 0) AddMove(word, moves);
    word.clear();
  };
  for (const char c : line) {
    if (open->comment) {
      open->comment = c != '}';
      continue;
    }
    const bool mark = c == '{' || c == ';' || c == '(' || c == ')';
    if (mark || absl::ascii_isspace(static_cast<unsigned char>(c))) {
      end_word();
      if (c == ';') return;  // a comment to the end of the line
      if (c == '{' || (c == '(' && open->variations == 0)) open->line = number;
      open->comment = c == '{';
      open->variations += (c == '(') - (c == ')');
    } else {
      word += c;
    }
  }
  end_word();
}

}  // namespace

std::string PgnGame::Tag(absl::string_view name) const {
  const auto tag = tags.find(name);
  return tag == tags.end() || tag->second == "?" ? "" : tag->second;
}

absl::StatusOr<std::vector<PgnGame>> ParsePgn(absl::string_view text, const std::string& path) {
  std::vector<PgnGame> games;
  PgnOpen open;
  bool in_tags = false;
  int64_t number = 0;
  const auto error = [&](int64_t line, absl::string_view what) {
    return absl::DataLossError(absl::StrCat(path, ":", line, ": ", what));
  };
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || (!open.comment && line[0] == '%')) continue;
    if (open.comment || open.variations > 0 || line[0] != '[') {
      if (games.empty()) return error(number, "moves before the first tag");
      in_tags = false;
      AddMoves(line, number, &open, &games.back().moves);
      if (open.variations < 0) return error(number, "a variation ends that did not begin");
      continue;
    }
    const size_t quote = line.find('"'), last = line.rfind("\"]");
    if (quote == absl::string_view::npos || last == absl::string_view::npos || last <= quote)
      return error(number, "is not a tag of the form [Name \"value\"]");
    if (!in_tags) {
      games.emplace_back();
      games.back().line = number;
      in_tags = true;
    }
    games.back().tags[std::string(absl::StripAsciiWhitespace(line.substr(1, quote - 1)))] =
        std::string(line.substr(quote + 1, last - quote - 1));
  }
  if (open.comment || open.variations > 0)
    return error(open.line, open.comment ? "a comment does not end" : "a variation does not end");
  return games;
}

absl::StatusOr<std::vector<PgnGame>> ReadPgn(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  return ParsePgn(text, path);
}

}  // namespace t2t
