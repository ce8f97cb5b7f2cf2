// RowFilter: which examples a manifest's `filter` keeps.
//
//   filter:
//     caption: {length: 3..200, pattern: "[a-z]"}      # characters, letters, numbers; of a file bytes
//     german:  {ratio: {english: 0.4..2.5}}            # of its length to that of another port
//     speech:  {seconds: 0.5..20}
//     photo:   {side: 32..}                            # pixels of the shorter side
#ifndef T2T_PROBLEMS_FOLDER_ROW_FILTER_H_
#define T2T_PROBLEMS_FOLDER_ROW_FILTER_H_

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modalities/codecs/value.h"

namespace re2 {
class RE2;
}

namespace t2t {

struct Range {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  std::string text;  // as it was written

  bool Has(double number) const { return number >= least && number <= most; }
};

// "3..200", "3..", "..200". Error: InvalidArgument for another form.
absl::StatusOr<Range> ParseRange(absl::string_view text);

struct PortFilter {
  std::string port;
  std::optional<Range> length, seconds, side;
  std::string pattern;  // RE2's, found anywhere in the text; "" = none
  std::map<std::string, Range> ratio;
};

class RowFilter {
 public:
  // Error: InvalidArgument for a pattern that is none.
  static absl::StatusOr<RowFilter> Make(std::vector<PortFilter> filters);
  // Why the example is left out; "" where it is kept. Error: a sound or a picture whose header cannot be read.
  absl::StatusOr<std::string> Refusal(const Example& example) const;
  // Whether a value of no characters is left out, so that an empty cell is no error.
  bool LeavesOutEmpty(const std::string& port) const;

 private:
  std::vector<PortFilter> filters_;
  std::vector<std::shared_ptr<const re2::RE2>> patterns_;  // null where a filter has none
};

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_ROW_FILTER_H_
