#include "problems/readers/lua_dialogue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "modalities/codecs/utf8.h"
#include "problems/readers/compressed.h"
#include "registry/status_macros.h"

namespace t2t {
namespace {

struct Call {
  std::string function;
  std::vector<std::string> arguments;
  int64_t line = 0;
};

// The calls of a file, one after the other.
class Calls {
 public:
  Calls(absl::string_view text, const std::string& path) : rest_(text), path_(path) {}

  absl::Status Error(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(path_, ":", line_, ": ", what));
  }

  // False at the end of the file.
  absl::StatusOr<bool> Next(Call* call) {
    while (true) {
      SkipSpace();
      if (rest_.empty()) return false;
      *call = {};
      call->line = line_;
      while (!rest_.empty() && (absl::ascii_isalnum(Byte()) || rest_[0] == '_')) {
        call->function += rest_[0];
        rest_.remove_prefix(1);
      }
      if (call->function != "local" && call->function != "for") break;
      rest_.remove_prefix(FirstLine().size());
    }
    if (call->function.empty())
      return Error(absl::StrCat("'", Utf8Shortened(FirstLine(), 40), "' is no call of a function"));
    T2T_RETURN_IF_ERROR(Take('('));
    for (bool more = true; more;) {
      call->arguments.emplace_back();
      T2T_RETURN_IF_ERROR(String(&call->arguments.back()));
      SkipSpace();
      more = absl::ConsumePrefix(&rest_, ",");
    }
    T2T_RETURN_IF_ERROR(Take(')'));
    return true;
  }

 private:
  unsigned char Byte() const { return static_cast<unsigned char>(rest_[0]); }
  absl::string_view FirstLine() const { return rest_.substr(0, rest_.find('\n')); }

  void SkipSpace() {
    while (!rest_.empty()) {
      if (absl::StartsWith(rest_, "--")) {
        rest_.remove_prefix(FirstLine().size());
      } else if (absl::ascii_isspace(Byte())) {
        line_ += rest_[0] == '\n';
        rest_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  absl::Status Take(char wanted) {
    SkipSpace();
    if (!rest_.empty() && rest_[0] == wanted) {
      rest_.remove_prefix(1);
      return absl::OkStatus();
    }
    return Error(absl::StrCat("'", std::string(1, wanted), "' is missing before '",
                              Utf8Shortened(FirstLine(), 20), "'"));
  }

  absl::Status String(std::string* value) {
    T2T_RETURN_IF_ERROR(Take('"'));
    while (!rest_.empty() && rest_[0] != '\n') {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') {
        if (IsUtf8(*value)) return absl::OkStatus();
        return Error("a string is not UTF-8");
      }
      if (c != '\\') {
        *value += c;
        continue;
      }
      // Of Lua's escapes those that texts need; "\/" stands in one file.
      constexpr absl::string_view kFrom = "\"'\\/nt", kTo = "\"'\\/\n\t";
      const size_t place = rest_.empty() ? kFrom.npos : kFrom.find(rest_[0]);
      if (place == kFrom.npos) return Error("an unknown escape in a string");
      *value += kTo[place];
      rest_.remove_prefix(1);
    }
    return Error("a string does not end in its line");
  }

  absl::string_view rest_;
  const std::string& path_;
  int64_t line_ = 1;
};

}  // namespace

absl::StatusOr<std::vector<LuaDialogue>> ParseLuaDialogues(absl::string_view text,
                                                           const std::string& path) {
  std::vector<LuaDialogue> dialogues;
  Calls calls(text, path);
  Call call;
  bool open = false;  // the last dialogue may still be told in another language
  while (true) {
    T2T_ASSIGN_OR_RETURN(const bool there, calls.Next(&call));
    if (!there) break;
    if (call.function == "dialogId" && call.arguments.size() == 3) {
      dialogues.push_back({std::move(call.arguments[0]), std::move(call.arguments[1]),
                           call.arguments[2], call.arguments[2], call.line});
      open = true;
    } else if (open && call.function == "dialogStr" &&
               (call.arguments.size() == 1 || call.arguments.size() == 3)) {
      dialogues.back().text = std::move(call.arguments.back());  // one file repeats id and font
      open = false;
    } else {
      return calls.Error(open ? "dialogId(id, font, text) or dialogStr(text) is expected"
                              : "dialogId(id, font, text) is expected");
    }
  }
  dialogues.erase(std::remove_if(dialogues.begin(), dialogues.end(),
                                 [](const LuaDialogue& d) { return d.text.empty(); }),
                  dialogues.end());
  return dialogues;
}

absl::StatusOr<std::vector<LuaDialogue>> ReadLuaDialogues(const std::string& path) {
  T2T_ASSIGN_OR_RETURN(const std::string text, ReadMaybeCompressed(path));
  return ParseLuaDialogues(text, path);
}

}  // namespace t2t
