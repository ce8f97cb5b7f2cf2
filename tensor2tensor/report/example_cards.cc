#include "tensor2tensor/report/example_cards.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/sound.h"
#include "modalities/codecs/utf8.h"
#include "tensor2tensor/evaluation/metrics/metric.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"
#include "tensor2tensor/report/aligned_rows.h"
#include "tensor2tensor/report/html.h"
#include "tensor2tensor/report/json_access.h"
#include "tensor2tensor/report/marked_text.h"
#include "tensor2tensor/report/spectrogram.h"

namespace t2t {
namespace {

using nlohmann::json;

constexpr int64_t kShownCharacters = 1200;
constexpr size_t kShownReferences = 3;

// The media type by the first bytes, or "" where it is neither a picture nor a sound in base64.
std::string MediaType(const std::string& base64) {
  const bool clean = std::all_of(base64.begin(), base64.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '=';
  });
  if (!clean) return "";
  if (absl::StartsWith(base64, "iVBORw0KGgo")) return "image/png";
  if (absl::StartsWith(base64, "/9j/")) return "image/jpeg";
  if (absl::StartsWith(base64, "R0lGOD")) return "image/gif";
  std::string begin;
  if (!absl::Base64Unescape(base64.substr(0, 16), &begin)) return "";
  if (absl::StartsWith(begin, "RIFF")) {
    return absl::ClippedSubstr(begin, 8, 4) == "WAVE" ? "audio/wav" : "image/webp";
  }
  if (absl::StartsWith(begin, "OggS")) return "audio/ogg";
  if (absl::StartsWith(begin, "fLaC")) return "audio/flac";
  if (SoundSuffix(begin) == ".mp3") return "audio/mpeg";
  return "";
}

// Whether a PNG has fewer pixels than its place on the page, so that its pixels are worth seeing.
bool IsSmallPng(const std::string& base64) {
  std::string header;  // signature, length and name of the first chunk, width
  if (!absl::Base64Unescape(base64.substr(0, 32), &header) || header.size() < 20) return false;
  return absl::StartsWith(header, "\x89PNG") && header.substr(16, 3) == std::string(3, '\0') &&
         static_cast<unsigned char>(header[19]) <= 64;
}

std::string Picture(const std::string& base64, const std::string& type,
                    const std::string& described, const char* style = "") {
  return absl::StrCat("<img", style, " src=\"data:", type, ";base64,", base64, "\" alt=\"",
                      EscapeHtml(described), "\">");
}

// The spectrogram and a player.
std::string SoundHtml(const std::string& base64, const std::string& type,
                      const std::string& described) {
  std::string bytes, html;
  if (!absl::Base64Unescape(base64, &bytes)) return "";
  if (const auto png = SpectrogramPng(bytes); png.ok()) {
    html = Picture(absl::Base64Escape(*png), "image/png", "spectrogram of " + described,
                   " class=\"wide\"");
  }
  return absl::StrCat(html, "<audio controls preload=\"none\" src=\"data:", type, ";base64,",
                      base64, "\" aria-label=\"", EscapeHtml(described), "\"></audio>");
}

// A picture or a sound in base64, the sound with its spectrogram; "" where it is neither.
std::string FileHtml(const std::string& base64, const std::string& described) {
  const std::string type = MediaType(base64);
  if (type.empty()) return "";
  if (absl::StartsWith(type, "audio/")) return SoundHtml(base64, type, described);
  return Picture(base64, type, described, IsSmallPng(base64) ? " class=\"few\"" : "");
}

// All but the port `without`.
std::string Inputs(const json& example, const std::string& without = "") {
  std::string html;
  for (const auto& [port, value] : ObjectAt(example, "inputs").items()) {
    if (port == without) continue;
    if (const std::string file = TextAt(value, "base64"); !file.empty()) {
      const std::string shown =
          FileHtml(file, absl::StrCat("input ", port, " of example ", TextAt(example, "key")));
      html += shown.empty() ? absl::StrCat("<p class=\"quiet\">", EscapeHtml(port),
                                           ": a file that cannot be shown</p>")
                            : shown;
    } else if (At(value, "text").is_string()) {
      absl::StrAppend(&html, "<p class=\"input\"><span class=\"tag\">", EscapeHtml(port), "</span>",
                      Isolated(Utf8Shortened(TextAt(value, "text"), kShownCharacters)), "</p>");
    }
  }
  return html;
}

std::string ProbabilityText(const json& example) {
  const auto logarithm = NumberAt(example, "log_probability");
  if (!logarithm || *logarithm > 0) return "";
  const double percent = 100 * std::exp(*logarithm);
  return absl::StrCat("<span class=\"quiet\">probability ",
                      percent < 0.1 ? "below 0.1" : Fixed(percent, percent < 10 ? 1 : 0),
                      "&nbsp;%</span>");
}

std::string Row(const char* who, const std::string& html, const char* kind) {
  return absl::StrCat("<dt>", who, "</dt><dd class=\"", kind, "\" dir=\"auto\">",
                      html.empty() ? "<i class=\"quiet\">(nothing)</i>" : html, "</dd>");
}

std::string FirstReference(const json& example) {
  for (const json& reference : ArrayAt(example, "references")) {
    if (reference.is_string()) return reference.get<std::string>();
  }
  return "";
}

// Files: what the model made, beside the one of the example.
std::string FileRows(const json& example) {
  std::string html;
  for (const auto& [key, who] : {std::pair("answer", "model"), std::pair("wanted", "reference")}) {
    const std::string file = TextAt(ObjectAt(example, key), "base64");
    const std::string shown =
        FileHtml(file, absl::StrCat(who, " of example ", TextAt(example, "key")));
    if (!shown.empty()) html += Row(who, shown, "file");
  }
  return html;
}

// What was not judged by what is decoded but priced, or is a file: neither right nor wrong.
std::string PricedCard(const json& example, std::optional<double> cost) {
  const std::string metric = TextAt(example, "cost_metric");
  const std::string files = FileRows(example), inputs = Inputs(example);
  return absl::StrCat(
      "<li class=\"example priced\">",
      inputs.empty() ? "" : absl::StrCat("<div class=\"given\">", inputs, "</div>"),
      "<div class=\"answers\">",
      cost ? absl::StrCat("<p class=\"mark\"><b>", Fixed(*cost, MetricDigits(metric)), "</b> ",
                          EscapeHtml(absl::StrReplaceAll(metric, {{"_", " "}})), "</p>")
           : "",
      "<dl>",
      files.empty()
          ? Row("text", EscapeHtml(Utf8Shortened(FirstReference(example), kShownCharacters)),
                "wanted")
          : files,
      "</dl></div></li>\n");
}

bool IsFile(const json& example) { return example.contains("answer"); }

std::string Card(const json& example) {
  if (const auto cost = NumberAt(example, "cost")) return PricedCard(example, *cost);
  if (const auto bits = NumberAt(example, "cost_bits")) {  // of an older record: of texts alone
    json priced = example;
    priced["cost_metric"] = "bits_per_character";
    return PricedCard(priced, *bits / static_cast<double>(std::max<size_t>(
                                          CodePoints(FirstReference(example)).size(), 1)));
  }
  if (IsFile(example)) return PricedCard(example, std::nullopt);
  const std::string prediction = Utf8Shortened(TextAt(example, "prediction"), kShownCharacters);
  std::vector<std::string> references;
  for (const json& reference : ArrayAt(example, "references")) {
    if (reference.is_string())
      references.push_back(Utf8Shortened(reference.get<std::string>(), kShownCharacters));
  }
  const bool right =
      std::any_of(references.begin(), references.end(), [&](const std::string& reference) {
        return StripWhitespace(reference) == StripWhitespace(prediction);
      });
  const std::string guide = TextAt(example, "aligned_with");
  std::string rows;
  if (!guide.empty()) {
    rows = AlignedRows(TextAt(ObjectAt(ObjectAt(example, "inputs"), guide), "text"),
                       TextAt(example, "prediction"), FirstReference(example));
  }
  std::string html =
      absl::StrCat("<li class=\"example ", right ? "right" : "wrong", "\"><div class=\"given\">",
                   Inputs(example, rows.empty() ? "" : guide),
                   "</div><div class=\"answers\"><p class=\"mark\"><b>");
  if (references.empty()) {
    html += "no reference";
  } else {
    html += right ? "✓ right" : "✗ differs";
  }
  absl::StrAppend(&html, "</b> ", ProbabilityText(example), "</p>");
  if (!rows.empty()) return absl::StrCat(html, rows, "</div></li>\n");
  html += "<dl>";
  if (references.empty()) {
    html += Row("model", EscapeHtml(prediction), "said");
  } else {
    std::swap(references.front(), references[ClosestReference(prediction, references)]);
    const MarkedTexts marked = MarkDifferences(prediction, references.front());
    html += Row("model", marked.prediction, "said");
    html += Row("reference", marked.reference, "wanted");
  }
  for (size_t i = 1; i < references.size() && i < kShownReferences; ++i) {
    html += Row("or", EscapeHtml(references[i]), "wanted");
  }
  return html + "</dl></div></li>\n";
}

}  // namespace

std::string ExampleCards(const json& examples, const std::string& split) {
  std::string cards;
  int64_t shown = 0;
  bool compared = false;
  for (const json& example : examples) {
    if (!example.is_object() || shown == kShownExamples) continue;
    cards += Card(example);
    compared =
        compared || !(example.contains("cost") || example.contains("cost_bits") || IsFile(example));
    ++shown;
  }
  if (shown == 0) return "";
  const bool held_out = split == "valid" || split == "test";
  return absl::StrCat("<h4>", held_out ? "Held-out examples" : "Examples", " <small>from the ",
                      EscapeHtml(split.empty() ? "evaluated" : split), " split",
                      held_out           ? ", never trained on"
                      : split == "train" ? ", which was trained on"
                                         : "",
                      compared ? "; <mark class=\"off\">marked</mark> where the model "
                                 "differs from the reference"
                               : "",
                      "</small></h4>\n<ul class=\"examples\">", cards, "</ul>\n");
}

}  // namespace t2t
