// manifest.yaml of a folder that is a problem without code:
//
//   name: bird_captions
//   summary: a photo of a bird to its caption                    # optional, as are licence and source
//   inputs:  {photo: {modality: image, size: 64}}
//   targets: {caption: {modality: text, vocab: {kind: char}, metrics: [chrf], language: en}}
//   data:    {table: birds.tsv}                                  # columns photo (a path) and caption
//   split:   {by: species, valid: 5%, test: 5%}
//
// A port says its modality and that modality's options, and where it comes from: `column` (its own name unless told),
// `columns` with `join` between them, `extract` (what a pattern's group finds in the cell), `empty` (what an empty cell
// stands for), `ids` (a vocabulary that turns the cell's ids back into text: stored_ids.h). A target may also say metrics and
// scheme, and every port a language. A vocabulary's `file` is looked for in the folder first.
//
// `table` is one file, a list, a pattern, or, where each file is one column, a map: {english: train.en, german: train.de}. Its
// formats are those of problems/rows/formats.h. Instead of one table and a split (split_rule.h), the splits may be given:
// data: {train: a.tsv, valid: b.tsv, test: c.tsv}. Instead of tables, `problem: NAME` takes the examples of another problem,
// whose ports the columns are. Filters: row_filter.h.
//
// An unknown key is an error with the nearest known one; errors name file and line.
#ifndef T2T_PROBLEMS_FOLDER_FOLDER_MANIFEST_H_
#define T2T_PROBLEMS_FOLDER_FOLDER_MANIFEST_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "problems/folder/row_filter.h"
#include "problems/folder/split_rule.h"
#include "problems/folder/stored_ids.h"
#include "problems/problem.h"
#include "registry/registry.h"

namespace t2t {

struct FolderPort {
  std::string name;
  bool is_input = false;
  bool is_file = false;              // a cell names a file, relative to the folder
  std::vector<std::string> endings;  // of such files
  std::vector<std::string> columns;  // at least one
  std::string join = " ";  // between the cells of several columns, or the values of one cell
  bool joins = false;      // whether `join` was said
  std::string extract;     // RE2's pattern; "" = the whole cell
  std::optional<std::string> empty;  // what an empty cell stands for
  StoredIdsOptions ids;              // of which the cells are
  std::shared_ptr<Codec>
      codec;  // of the manifest's own options: tells a broken value when data are made
};

struct FolderTable {
  std::string split;  // "" = it is split
  // Patterns of its files by the column that they are; one of no name where a file has all columns.
  std::map<std::string, std::vector<std::string>> parts;
};

struct FolderManifest {
  std::string text;  // the file as it is
  ProblemSpec spec;  // all but the revision
  std::vector<FolderPort> ports;
  std::vector<FolderTable> tables;
  std::string problem;        // whose examples these are, instead of tables
  std::string format;         // of the tables; "" = as their names tell
  std::string feature;        // GenBank
  std::string base;           // folder of the files that cells name, relative to the manifest's
  std::string key_column;     // of the examples' keys; "" = the format's own, or file and line
  std::string weight_column;  // of each example's weight; "" = all 1
  // Weights by a column's value, which multiply; a column without any is balanced: each of its values weighs the same in all.
  std::map<std::string, std::map<std::string, double>> class_weights;
  SplitOptions split;
  std::vector<PortFilter> filters;
};

// Errors: InvalidArgument with file and line.
absl::StatusOr<FolderManifest> ReadFolderManifest(const std::string& path,
                                                  const Registry<Modality>& modalities);

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_FOLDER_MANIFEST_H_
