// manifest.yaml of a folder that is a problem without code:
//
//   name: bird_captions
//   summary: a photo of a bird to its caption                    # optional, as are licence and source
//   inputs:  {photo: {modality: image, size: 64}}
//   targets: {caption: {modality: text, vocab: {kind: char}, metrics: [chrf], language: en}}
//   data:    {table: birds.tsv}                                  # columns photo (a path) and caption
//   split:   {by: species, valid: 5%, test: 5%}
//
// data: {table: birds.tsv, weight: count} takes the column count as each example's weight.
//
// A port says its modality and that modality's options; a target may also say metrics and scheme, and every port a
// language. Instead of one table and a split, the splits may be given: data: {train: a.tsv, valid: b.tsv, test: c.tsv}.
// An unknown key is an error with the nearest known one; errors name file and line.
#ifndef T2T_PROBLEMS_FOLDER_FOLDER_MANIFEST_H_
#define T2T_PROBLEMS_FOLDER_FOLDER_MANIFEST_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modalities/codecs/codec.h"
#include "problems/problem.h"
#include "registry/registry.h"

namespace t2t {

struct FolderPort {
  std::string name;
  bool is_file = false;  // a cell names a file, relative to the folder
  std::shared_ptr<Codec>
      codec;  // of the manifest's own options: tells a broken value when data are made
};

struct FolderManifest {
  std::string text;  // the file as it is
  ProblemSpec spec;  // all but the revision
  std::vector<FolderPort> ports;
  // Either one table that is split, under "", or the tables of the splits.
  std::vector<std::pair<std::string, std::string>> tables;
  std::string weight_column;  // of each example's weight; "" = all 1
  std::string group_column;   // rows that are equal here share a split; "" = rows of equal inputs
  double valid_share = 0.05, test_share = 0.05;
};

// Errors: InvalidArgument with file and line.
absl::StatusOr<FolderManifest> ReadFolderManifest(const std::string& path,
                                                  const Registry<Modality>& modalities);

}  // namespace t2t

#endif  // T2T_PROBLEMS_FOLDER_FOLDER_MANIFEST_H_
