// Writes SWORD's zText, one block a testament, for tests.
#ifndef T2T_TESTS_PROBLEMS_SWORD_WRITER_H_
#define T2T_TESTS_PROBLEMS_SWORD_WRITER_H_

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "files/little_endian.h"
#include "gtest/gtest.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {

struct SwordChapter {
  std::string name;                 // "Gen.1"
  std::vector<std::string> verses;  // markup
};

inline void WriteSwordText(const ScratchFolder& folder, const std::string& stem,
                           const std::vector<SwordChapter>& chapters) {
  std::string text, slots;
  const auto add = [&](const std::string& markup) {
    AppendLittleEndian<uint32_t>(0, &slots);
    AppendLittleEndian<uint32_t>(static_cast<uint32_t>(text.size()), &slots);
    AppendLittleEndian<uint16_t>(static_cast<uint16_t>(markup.size()), &slots);
    text += markup;
  };
  add("");
  add("<milestone type=\"x-importer\"/>");
  std::string book;
  for (const SwordChapter& chapter : chapters) {
    const std::string now = chapter.name.substr(0, chapter.name.find('.'));
    if (now != book)
      add(absl::StrCat("<div osisID=\"", now, "\" sID=\"x\" type=\"book\"/> <title>", now,
                       "</title>"));
    book = now;
    add(absl::StrCat("<chapter osisID=\"", chapter.name, "\" sID=\"", chapter.name, "\"/> "));
    for (const std::string& verse : chapter.verses) add(verse);
  }
  std::string packed(compressBound(text.size()), '\0');
  uLongf size = packed.size();
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                     reinterpret_cast<const Bytef*>(text.data()), text.size()),
            Z_OK);
  packed.resize(size);
  std::string blocks;
  AppendLittleEndian<uint32_t>(0, &blocks);
  AppendLittleEndian<uint32_t>(static_cast<uint32_t>(packed.size()), &blocks);
  AppendLittleEndian<uint32_t>(static_cast<uint32_t>(text.size()), &blocks);
  folder.Write(stem + ".bzv", slots);
  folder.Write(stem + ".bzs", blocks);
  folder.Write(stem + ".bzz", packed);
}

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_SWORD_WRITER_H_
