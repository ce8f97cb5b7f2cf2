#include "tensor2tensor/evaluation/metrics/bleu.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "registry/check.h"
#include "tensor2tensor/evaluation/metrics/ngrams.h"
#include "tensor2tensor/evaluation/metrics/text_units.h"

namespace t2t {
namespace {

constexpr int64_t kBleuOrders = 4;

bool IsPeriodOrComma(char c) { return c == '.' || c == ','; }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsNotDigit(char c) { return !IsDigit(c); }
bool IsDash(char c) { return c == '-'; }

// Every ASCII mark but the apostrophe, the dash, the period and the comma; the space, too.
bool IsSeparated(char c) {
  return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') ||
         (c >= '(' && c <= '+') || (c >= ':' && c <= '@') || c == '/';
}

// Puts the three strings around each pair of bytes, from left to right, that `first` and `second`
// accept. Like re.sub, a byte of one pair is not in the next, which decides how a run such as "..."
// is cut. Bytes do for code points here: the classes tell ASCII apart from everything else only.
std::string SpacePairs(const std::string& text, bool (*first)(char), bool (*second)(char),
                       absl::string_view before, absl::string_view between,
                       absl::string_view after) {
  std::string result;
  result.reserve(text.size() + text.size() / 4);
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 1 < text.size() && first(text[i]) && second(text[i + 1])) {
      result.append(before.data(), before.size());
      result += text[i];
      result.append(between.data(), between.size());
      result += text[++i];
      result.append(after.data(), after.size());
    } else {
      result += text[i];
    }
  }
  return result;
}

// One after the other: "&amp;lt;" is to become "<", as in the original.
std::string ReplaceInTurn(
    std::string text,
    std::initializer_list<std::pair<absl::string_view, absl::string_view>> pairs) {
  for (const auto& pair : pairs) absl::StrReplaceAll({pair}, &text);
  return text;
}

UnitText Words(const std::string& segment) {
  const std::string tokens = Tokenize13a(segment);
  return JoinWords(SplitWords(tokens));
}

}  // namespace

std::string Tokenize13a(absl::string_view line) {
  // sacreBLEU strips the end of a segment first, so that a last "-\n" keeps its dash; the blanks
  // that stripping the beginning too takes away would not survive the splitting below.
  std::string text = ReplaceInTurn(std::string(StripWhitespace(line)), {{"<skipped>", ""},
                                                                        {"-\n", ""},
                                                                        {"\n", " "},
                                                                        {"&quot;", "\""},
                                                                        {"&amp;", "&"},
                                                                        {"&lt;", "<"},
                                                                        {"&gt;", ">"}});
  std::string spaced = " ";
  for (const char c : text) {
    if (IsSeparated(c)) {
      spaced.append({' ', c, ' '});
    } else {
      spaced += c;
    }
  }
  spaced += ' ';
  spaced = SpacePairs(spaced, IsNotDigit, IsPeriodOrComma, "", " ", " ");
  spaced = SpacePairs(spaced, IsPeriodOrComma, IsNotDigit, " ", " ", "");
  spaced = SpacePairs(spaced, IsDigit, IsDash, "", " ", " ");
  return absl::StrJoin(SplitWords(spaced), " ");
}

std::vector<double> Bleu::Statistics(const std::string& prediction,
                                     const std::vector<std::string>& references) const {
  T2T_CHECK(!references.empty()) << name() << ": no reference";
  const UnitText words = Words(prediction);
  const int64_t length = static_cast<int64_t>(words.units.size());
  std::vector<UnitText> wanted;
  int64_t nearest = -1;
  for (const std::string& reference : references) {
    wanted.push_back(Words(reference));
    const int64_t size = static_cast<int64_t>(wanted.back().units.size());
    const int64_t gap = std::abs(size - length), best = std::abs(nearest - length);
    if (nearest < 0 || gap < best || (gap == best && size < nearest)) nearest = size;
  }
  std::vector<double> statistics(2 + 2 * kBleuOrders);
  statistics[0] = static_cast<double>(length);
  statistics[1] = static_cast<double>(nearest);
  for (int64_t order = 1; order <= kBleuOrders; ++order) {
    NgramCounts allowed;
    for (const UnitText& reference : wanted) {
      for (const auto& [ngram, count] : CountNgrams(reference, order)) {
        int64_t& most = allowed[ngram];
        most = std::max(most, count);
      }
    }
    statistics[1 + order] = static_cast<double>(CountShared(CountNgrams(words, order), allowed));
    statistics[1 + kBleuOrders + order] =
        static_cast<double>(std::max<int64_t>(0, length - order + 1));
  }
  return statistics;
}

double Bleu::Score(absl::Span<const double> summed) const {
  const double length = summed[0], reference_length = summed[1];
  const absl::Span<const double> correct = summed.subspan(2, kBleuOrders);
  const absl::Span<const double> total = summed.subspan(2 + kBleuOrders, kBleuOrders);
  if (correct[0] == 0) return 0;  // then no longer n-gram matches either
  double unmatched = 1;
  double log_sum = 0;
  for (int64_t i = 0; i < kBleuOrders; ++i) {
    if (total[i] == 0) return 0;
    if (correct[i] == 0) unmatched *= 2;
    log_sum += std::log(100 * (correct[i] == 0 ? 1 / unmatched : correct[i]) / total[i]);
  }
  const double brevity = length < reference_length ? std::exp(1 - reference_length / length) : 1;
  return brevity * std::exp(log_sum / kBleuOrders);
}

}  // namespace t2t
