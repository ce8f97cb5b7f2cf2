#include "problems/folder/stored_ids.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "files/atomic_file.h"
#include "modalities/codecs/subtoken_vocabulary.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

constexpr int64_t kReserved = 2;  // padding and end

// The ids of a cell; a JSON list has them as floating-point numbers.
absl::StatusOr<std::vector<int64_t>> WholeNumbers(const Value& value) {
  if (value.is_integers()) return value.integers();
  std::vector<int64_t> ids;
  if (value.is_floats()) {
    for (const float number : value.floats()) {
      if (number != std::trunc(number) || std::abs(number) > 16'777'216) break;
      ids.push_back(static_cast<int64_t>(number));
    }
    if (ids.size() == value.floats().size()) return ids;
  }
  return absl::DataLossError("must be whole numbers, the ids of a text");
}

// Takes away the end and what pads.
absl::Status CutAtEnd(std::vector<int64_t>* ids) {
  const auto padding = [](int64_t id) { return id == SubtokenVocabulary::kPadding; };
  const auto end = std::find(ids->begin(), ids->end(), SubtokenVocabulary::kEnd);
  if (end != ids->end() && !std::all_of(end + 1, ids->end(), padding)) {
    return absl::DataLossError(
        absl::StrCat("has ids behind its end, number ", end - ids->begin(), " of ", ids->size(),
                     ": several texts that were packed together cannot be taken apart"));
  }
  ids->erase(end, ids->end());
  while (!ids->empty() && padding(ids->back())) ids->pop_back();
  return absl::OkStatus();
}

}  // namespace

void StoredIdsOptions::Bind(Binder& ids) {
  kind = "subwords";
  ids.Choice("kind", &kind, {"subwords", "byte", "word"}, "which of Tensor2Tensor's encoders");
  if (kind == "byte") return;
  ids.Field("file", &file, "of its vocabulary");
  if (file.empty()) ids.Error("file", "must name the vocabulary's file");
}

absl::StatusOr<StoredIds> StoredIds::Make(const StoredIdsOptions& options,
                                          const std::string& path) {
  StoredIds made;
  if (options.kind == "byte") {
    made.size_ = kReserved + 256;
    made.decode_ = [](const std::vector<int64_t>& ids) {
      std::string text;
      for (const int64_t id : ids) {
        if (id >= kReserved) text += static_cast<char>(static_cast<unsigned char>(id - kReserved));
      }
      return text;
    };
  } else if (options.kind == "word") {
    T2T_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
    std::vector<std::string> words;
    for (const absl::string_view line : absl::StrSplit(bytes, '\n'))
      words.emplace_back(absl::StripAsciiWhitespace(line));
    if (words.back().empty()) words.pop_back();
    made.size_ = static_cast<int64_t>(words.size());
    made.decode_ = [words = std::move(words)](const std::vector<int64_t>& ids) {
      return absl::StrJoin(ids, " ", [&](std::string* text, int64_t id) {
        text->append(words[static_cast<size_t>(id)]);
      });
    };
  } else {
    const auto vocabulary = std::make_shared<SubtokenVocabulary>(path);
    T2T_RETURN_IF_ERROR(vocabulary->Learn(nullptr));
    made.size_ = vocabulary->size();
    made.decode_ = [vocabulary](const std::vector<int64_t>& ids) {
      return vocabulary->Decode(ids);
    };
  }
  return made;
}

absl::StatusOr<std::string> StoredIds::TextOf(const Value& value) const {
  T2T_ASSIGN_OR_RETURN(std::vector<int64_t> ids, WholeNumbers(value));
  T2T_RETURN_IF_ERROR(CutAtEnd(&ids));
  for (const int64_t id : ids) {
    if (id < 0 || id >= size_) {
      return absl::DataLossError(
          absl::StrCat("id ", id, " is outside of the vocabulary of ", size_));
    }
  }
  return decode_(ids);
}

}  // namespace t2t
