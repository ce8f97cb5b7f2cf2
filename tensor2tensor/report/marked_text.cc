#include "tensor2tensor/report/marked_text.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tensor2tensor/evaluation/metrics/edit_distance.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"
#include "tensor2tensor/report/html.h"

namespace t2t {
namespace {

constexpr size_t kMostUnits = 2000;  // an alignment costs the square of it

std::vector<absl::string_view> Characters(absl::string_view text) {
  std::vector<absl::string_view> characters;
  while (!text.empty()) {
    absl::string_view rest = text;
    TakeCodePoint(&rest);
    characters.push_back(text.substr(0, text.size() - rest.size()));
    text = rest;
  }
  return characters;
}

// Joins neighbours of one kind, so that a run of differences is one mark.
class Marker {
 public:
  Marker(const char* kind, const char* between) : kind_(kind), between_(between) {}
  void Add(absl::string_view unit, bool differs) {
    if (differs != marked_) Flush();
    marked_ = differs;
    if (!run_.empty()) run_ += between_;
    run_ += std::string(unit);
  }
  std::string Finish() {
    Flush();
    return std::move(html_);
  }

 private:
  void Flush() {
    if (run_.empty()) return;
    if (!html_.empty()) html_ += between_;
    const std::string text = EscapeHtml(run_);
    html_ += marked_ ? absl::StrCat("<mark class=\"", kind_, "\">", text, "</mark>") : text;
    run_.clear();
  }

  const char* kind_;
  const char* between_;
  bool marked_ = false;
  std::string run_, html_;
};

}  // namespace

MarkedTexts MarkDifferences(absl::string_view prediction, absl::string_view reference) {
  const MarkedTexts plain = {EscapeHtml(prediction), EscapeHtml(reference)};
  std::vector<absl::string_view> said = SplitWords(prediction), wanted = SplitWords(reference);
  const bool words = said.size() > 1 || wanted.size() > 1;
  if (!words) {
    said = Characters(StripWhitespace(prediction));
    wanted = Characters(StripWhitespace(reference));
  }
  if (said.size() > kMostUnits || wanted.size() > kMostUnits) return plain;
  const Alignment alignment = Align<absl::string_view>(said, wanted);
  if (alignment.matches == 0) return plain;
  // Letters that two different words share by chance say nothing.
  if (!words && 2 * alignment.matches < static_cast<int64_t>(wanted.size())) return plain;

  const char* between = words ? " " : "";
  Marker left("off", between), right("missing", between);
  size_t i = 0, j = 0;
  for (Edit edit : alignment.edits) {
    const bool differs = edit != Edit::kMatch;
    if (edit != Edit::kDeletion) left.Add(said[i++], differs);
    if (edit != Edit::kInsertion) right.Add(wanted[j++], differs);
  }
  return {left.Finish(), right.Finish()};
}

size_t ClosestReference(absl::string_view prediction, const std::vector<std::string>& references) {
  size_t best = 0;
  if (references.size() < 2) return best;
  const std::vector<char32_t> said = CodePoints(prediction);
  int64_t least = -1;
  for (size_t i = 0; i < references.size(); ++i) {
    const std::vector<char32_t> wanted = CodePoints(references[i]);
    if (said.size() > kMostUnits || wanted.size() > kMostUnits) continue;
    const int64_t edits = EditDistance<char32_t>(said, wanted);
    if (least < 0 || edits < least) least = edits, best = i;
  }
  return best;
}

}  // namespace t2t
