#include "tensor2tensor/report/aligned_rows.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tensor2tensor/report/html.h"

namespace t2t {
namespace {

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
}

}  // namespace

std::string AlignedRows(absl::string_view guide, absl::string_view said, absl::string_view wanted) {
  const size_t columns = guide.size();
  if (columns == 0 || said.size() != wanted.size() || said.empty() || said.size() % columns != 0 ||
      !IsPlain(guide) || !IsPlain(said) || !IsPlain(wanted)) {
    return "";
  }
  const size_t width = said.size() / columns;
  const auto shown = std::min(columns, static_cast<size_t>(kShownColumns));
  size_t equal = 0;
  std::string cells;
  for (size_t i = 0; i < columns; ++i) {
    const absl::string_view left = said.substr(i * width, width);
    const absl::string_view right = wanted.substr(i * width, width);
    const bool same = left == right;
    equal += same;
    if (i >= shown) continue;
    const auto marked = [&](absl::string_view text, const char* kind) {
      const std::string html = EscapeHtml(text);
      return same ? html : absl::StrCat("<mark class=\"", kind, "\">", html, "</mark>");
    };
    absl::StrAppend(&cells, "<span><i>", EscapeHtml(guide.substr(i, 1)), "</i>",
                    marked(left, "off"), "<br>", marked(right, "missing"), "</span>");
  }
  return absl::StrCat("<p class=\"quiet\">", equal, " of ", columns, " agree; above, the input",
                      shown < columns ? absl::StrCat(" (the first ", shown, ")") : "",
                      "; below, model and reference</p><div class=\"aligned\" dir=\"ltr\">", cells,
                      "</div>");
}

}  // namespace t2t
