// Dialogues in Lua, as Fish Fillets NG keeps them: calls of string arguments. What is said in another language follows the
// English; in the English files nothing does.
//
//   dialogId("kni-v-ber", "font_big", "You have to look on the bright side.")
//   dialogStr("Ber to z té lepší stránky.")
#ifndef T2T_PROBLEMS_READERS_LUA_DIALOGUE_H_
#define T2T_PROBLEMS_READERS_LUA_DIALOGUE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace t2t {

struct LuaDialogue {
  std::string id;       // the name of its recording: "kni-v-ber"
  std::string font;     // says who speaks
  std::string english;  // what is said, in English
  std::string text;     // in the file's own language; the English where there is no other
  int64_t line = 0;     // of dialogId, from 1
};

// Comments are passed over, lines of a program (`local`, `for`), and dialogues without text. Errors name file and line: anything but these two calls, a dialogStr
// without its dialogId, another number of arguments (dialogStr may repeat id and font before its text), a string that does not end or has an unknown escape, bytes that
// are not UTF-8. A file cut between two pairs cannot be told from a whole one.
absl::StatusOr<std::vector<LuaDialogue>> ReadLuaDialogues(const std::string& path);
absl::StatusOr<std::vector<LuaDialogue>> ParseLuaDialogues(absl::string_view text,
                                                           const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_READERS_LUA_DIALOGUE_H_
