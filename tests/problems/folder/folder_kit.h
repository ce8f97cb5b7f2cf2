// Problems of a scratch folder, for their tests.
#ifndef T2T_TESTS_PROBLEMS_FOLDER_FOLDER_KIT_H_
#define T2T_TESTS_PROBLEMS_FOLDER_FOLDER_KIT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modalities/codecs/pixels.h"
#include "modalities/codecs/register_modalities.h"
#include "problems/folder/folder_problem.h"
#include "problems/rows/row.h"
#include "tests/problems/scratch_folder.h"

namespace t2t {

inline constexpr char kPlurals[] =
    "name: plurals\ninputs: {singular: {modality: text}}\ntargets: {plural: {modality: "
    "text}}\ndata: {table: plurals.tsv}\n";

inline const Registry<Modality>& Modalities() {
  static const Registry<Modality>* const modalities = [] {
    auto* registry = new Registry<Modality>("modality");
    EXPECT_TRUE(RegisterModalities(*registry).ok());
    return registry;
  }();
  return *modalities;
}

inline std::unique_ptr<Problem> Make(const ScratchFolder& folder) {
  auto problem = MakeFolderProblem(folder.path(), Modalities());
  EXPECT_TRUE(problem.ok()) << problem.status();
  return *std::move(problem);
}

inline std::string Png(char grey = 'x') {
  return *EncodePng(PixelsOfGrey(std::string(256, grey), 16, 16));
}

inline KeepingSink Generated(const ScratchFolder& folder,
                             const FolderProblemOptions& options = {}) {
  KeepingSink sink;
  auto problem = MakeFolderProblem(folder.path(), Modalities(), options);
  EXPECT_TRUE(problem.ok()) << problem.status();
  EXPECT_EQ(problem.ok() ? (*problem)->Generate({}, sink) : problem.status(), absl::OkStatus());
  return sink;
}

inline std::string GroupedTable(int rows, int from) {
  std::string table = "singular\tplural\tstem\n";
  for (int i = from; i < from + rows; ++i)
    absl::StrAppend(&table, "word", i, "\twords", i, "\tstem", i / 4, "\n");
  return table;
}

// Every example of a split as "key: port=value port=value".
inline std::vector<std::string> Told(const KeepingSink& sink, const std::string& split) {
  std::vector<std::string> told;
  const auto examples = sink.examples.find(split);
  if (examples == sink.examples.end()) return told;
  for (const Example& example : examples->second) {
    std::string text = example.key + ":";
    for (const auto& [port, value] : example.ports)
      absl::StrAppend(&text, " ", port, "=", TextOfValue(value));
    told.push_back(text);
  }
  return told;
}

}  // namespace t2t

#endif  // T2T_TESTS_PROBLEMS_FOLDER_FOLDER_KIT_H_
