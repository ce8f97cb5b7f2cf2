#include "problems/readers/r_data.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modalities/codecs/shortest_decimal.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"
#include "registry/suggest.h"

namespace t2t {
namespace {

// SEXPTYPEs and the pseudo types of a serialised file (R's Rinternals.h and serialize.c).
enum Type : uint32_t {
  kSymbol = 1,
  kPairs = 2,
  kCharacters = 9,
  kLogicals = 10,
  kIntegers = 13,
  kReals = 14,
  kStrings = 16,
  kList = 19,
  kEnd = 254,
  kReference = 255,
};
constexpr uint32_t kHasAttributes = 1u << 9, kHasTag = 1u << 10;
constexpr int kDeepest = 64;  // of objects within objects
constexpr int32_t kMissing = INT_MIN;

struct Object {
  uint32_t type = kEnd;
  std::string text;                  // of a symbol
  std::vector<std::string> strings;  // of strings, and of numbers as text; names of pairs
  std::vector<int32_t> integers;     // of integers and logicals
  std::vector<Object> items;         // of a list and of pairs
  std::map<std::string, Object> attributes;
};

class RParser {
 public:
  RParser(absl::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  absl::StatusOr<Object> Parse() {
    const absl::string_view magic = bytes_.substr(0, 7);
    if (magic != "RDX2\nX\n" && magic != "RDX3\nX\n") {
      return Error("not what R's save() writes ('RDX2' or 'RDX3', and 'X')");
    }
    place_ = magic.size();
    T2T_ASSIGN_OR_RETURN(const uint32_t version, Word());
    if (version != 2 && version != 3) {
      return Error(absl::StrCat("version ", version, " of the format is not known: 2 and 3 are"));
    }
    for (int i = 0; i < 2; ++i) T2T_RETURN_IF_ERROR(Word().status());  // R's own versions
    if (version == 3) {                                                // the name of an encoding
      T2T_ASSIGN_OR_RETURN(const uint32_t size, Word());
      T2T_RETURN_IF_ERROR(Take(size).status());
    }
    T2T_ASSIGN_OR_RETURN(Object object, Read(0));
    if (place_ != bytes_.size()) return Error("something follows the last object");
    return object;
  }

 private:
  absl::Status Error(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(path_, ": offset ", place_, ": ", what));
  }

  absl::StatusOr<absl::string_view> Take(uint64_t size) {
    if (size > bytes_.size() - place_) return Error("the file ends here");
    const absl::string_view taken = bytes_.substr(place_, size);
    place_ += size;
    return taken;
  }
  absl::StatusOr<uint32_t> Word() {
    T2T_ASSIGN_OR_RETURN(const absl::string_view four, Take(4));
    uint32_t word = 0;
    for (const char byte : four) word = word << 8 | static_cast<unsigned char>(byte);
    return word;
  }
  // Of things that need at least `least` bytes each.
  absl::StatusOr<uint32_t> Count(uint64_t least) {
    T2T_ASSIGN_OR_RETURN(const uint32_t count, Word());
    if (count * least > bytes_.size() - place_) {
      return Error(absl::StrCat(count, " values cannot follow"));
    }
    return count;
  }

  absl::StatusOr<Object> Read(int depth) {
    T2T_ASSIGN_OR_RETURN(const uint32_t flags, Word());
    return ReadBody(flags, depth);
  }

  absl::StatusOr<Object> ReadBody(uint32_t flags, int depth) {
    if (depth > kDeepest) return Error("objects lie too deep in each other");
    Object object;
    object.type = flags & 0xFF;
    switch (object.type) {
      case kEnd:
        return object;
      case kReference: {
        uint32_t number = flags >> 8;
        if (number == 0) {
          T2T_ASSIGN_OR_RETURN(number, Word());
        }
        if (number == 0 || number > symbols_.size()) {
          return Error(absl::StrCat("symbol ", number, " of ", symbols_.size(), " is meant"));
        }
        object.type = kSymbol;
        object.text = symbols_[number - 1];
        return object;
      }
      case kSymbol: {
        T2T_ASSIGN_OR_RETURN(const Object name, Read(depth + 1));
        if (name.type != kCharacters) return Error("a symbol has no name");
        object.text = name.text;
        symbols_.push_back(name.text);
        return object;
      }
      case kCharacters: {
        T2T_ASSIGN_OR_RETURN(const uint32_t size, Word());
        if (size == UINT32_MAX) return object;  // a missing string
        T2T_ASSIGN_OR_RETURN(const absl::string_view text, Take(size));
        object.text = std::string(text);
        return object;
      }
      case kPairs:
        return ReadPairs(flags, depth);
      default:
        break;
    }
    T2T_RETURN_IF_ERROR(ReadVector(depth, &object));
    if ((flags & kHasAttributes) != 0) {
      T2T_ASSIGN_OR_RETURN(Object pairs, Read(depth + 1));
      if (pairs.type != kPairs) return Error("attributes are no list of pairs");
      for (size_t i = 0; i < pairs.items.size(); ++i) {
        object.attributes[pairs.strings[i]] = std::move(pairs.items[i]);
      }
    }
    return object;
  }

  absl::StatusOr<Object> ReadPairs(uint32_t flags, int depth) {
    Object object;
    object.type = kPairs;
    while ((flags & 0xFF) == kPairs) {
      if ((flags & kHasAttributes) != 0) T2T_RETURN_IF_ERROR(Read(depth + 1).status());
      std::string name;
      if ((flags & kHasTag) != 0) {
        T2T_ASSIGN_OR_RETURN(const Object tag, Read(depth + 1));
        name = tag.text;
      }
      object.strings.push_back(std::move(name));
      T2T_ASSIGN_OR_RETURN(Object item, Read(depth + 1));
      object.items.push_back(std::move(item));
      T2T_ASSIGN_OR_RETURN(flags, Word());
    }
    if ((flags & 0xFF) != kEnd) return Error("a list of pairs does not end");
    return object;
  }

  absl::Status ReadVector(int depth, Object* object) {
    switch (object->type) {
      case kLogicals:
      case kIntegers: {
        T2T_ASSIGN_OR_RETURN(const uint32_t count, Count(4));
        for (uint32_t i = 0; i < count; ++i) {
          T2T_ASSIGN_OR_RETURN(const uint32_t word, Word());
          const auto number = static_cast<int32_t>(word);
          object->integers.push_back(number);
          object->strings.push_back(number == kMissing ? "" : absl::StrCat(number));
        }
        return absl::OkStatus();
      }
      case kReals: {
        T2T_ASSIGN_OR_RETURN(const uint32_t count, Count(8));
        for (uint32_t i = 0; i < count; ++i) {
          T2T_ASSIGN_OR_RETURN(const uint64_t high, Word());
          T2T_ASSIGN_OR_RETURN(const uint64_t low, Word());
          const double number = std::bit_cast<double>(high << 32 | low);
          object->strings.push_back(number != number ? "" : ShortestDecimal(number));
        }
        return absl::OkStatus();
      }
      case kStrings:
      case kList: {
        T2T_ASSIGN_OR_RETURN(const uint32_t count, Count(4));
        for (uint32_t i = 0; i < count; ++i) {
          T2T_ASSIGN_OR_RETURN(Object item, Read(depth + 1));
          if (object->type == kList) {
            object->items.push_back(std::move(item));
          } else if (item.type == kCharacters) {
            object->strings.push_back(std::move(item.text));
          } else {
            return Error("a vector of strings holds something else");
          }
        }
        return absl::OkStatus();
      }
      default:
        return Error(absl::StrCat("an object of type ", object->type, " cannot be read"));
    }
  }

  const absl::string_view bytes_;
  const std::string& path_;
  size_t place_ = 0;
  std::vector<std::string> symbols_;
};

// The values as text: the levels of a factor.
absl::StatusOr<std::vector<std::string>> Texts(Object column) {
  const auto levels = column.attributes.find("levels");
  if (column.type != kIntegers || levels == column.attributes.end()) {
    return std::move(column.strings);
  }
  const std::vector<std::string>& names = levels->second.strings;
  std::vector<std::string> texts;
  for (const int32_t level : column.integers) {
    if (level == kMissing) {
      texts.emplace_back();
    } else if (level < 1 || static_cast<size_t>(level) > names.size()) {
      return absl::DataLossError(absl::StrCat("level ", level, " of ", names.size()));
    } else {
      texts.push_back(names[static_cast<size_t>(level) - 1]);
    }
  }
  return texts;
}

}  // namespace

absl::StatusOr<RDataFrame> ParseRDataFrame(absl::string_view bytes, absl::string_view object,
                                           const std::string& path) {
  T2T_ASSIGN_OR_RETURN(Object all, RParser(bytes, path).Parse());
  const auto found = std::find(all.strings.begin(), all.strings.end(), object);
  if (all.type != kPairs || found == all.strings.end()) {
    return absl::NotFoundError(
        absl::StrCat(path, ": no object '", object, "'", Suggestion(object, all.strings)));
  }
  Object frame = std::move(all.items[static_cast<size_t>(found - all.strings.begin())]);
  RDataFrame result;
  result.names = std::move(frame.attributes["names"].strings);
  if (frame.type != kList || result.names.size() != frame.items.size()) {
    return absl::DataLossError(absl::StrCat(path, ": '", object, "' is not a data frame"));
  }
  for (size_t i = 0; i < frame.items.size(); ++i) {
    absl::StatusOr<std::vector<std::string>> column = Texts(std::move(frame.items[i]));
    if (column.ok() && i > 0 && column->size() != result.columns[0].size()) {
      column = absl::DataLossError(
          absl::StrCat(column->size(), " rows where the first has ", result.columns[0].size()));
    }
    if (!column.ok()) {
      return Annotate(column.status(), absl::StrCat(path, ": column '", result.names[i], "'"));
    }
    result.columns.push_back(*std::move(column));
  }
  return result;
}

absl::StatusOr<RDataFrame> ReadRDataFrame(const std::string& path, absl::string_view object) {
  T2T_ASSIGN_OR_RETURN(const std::string bytes, ReadMaybeCompressed(path));
  return ParseRDataFrame(bytes, object, path);
}

}  // namespace t2t
