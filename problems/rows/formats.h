// The formats of rows, one function each: what it reads and the cells of its rows. All but folders may be compressed. `place`
// begins every place and error: the file's name for people.
#ifndef T2T_PROBLEMS_ROWS_FORMATS_H_
#define T2T_PROBLEMS_ROWS_FORMATS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "problems/rows/row.h"

namespace t2t {

struct RowOptions {
  std::string feature = "CDS";  // GenBank: the kind of features that are rows
  std::vector<std::string> endings =
      {};  // folders: of the files that are rows, in lower case; empty = all
  // Called for what is sound and no row, with the reason.
  std::function<void(absl::string_view why)> left_out = {};
};

using RowsOrStatus = absl::StatusOr<std::unique_ptr<RowReader>>;

// Lines of text: `text`, the line. An empty line is a row, so that parallel files stay in step.
RowsOrStatus OpenLines(const std::string& path);

// WMT's news tests (.sgm): a row for each <seg>: `text`; `document`, its docid. Parallel files are in step.
RowsOrStatus OpenSgm(const std::string& path);

// A header row names the cells. TSV: cells end at a tab, nothing is quoted. CSV: RFC 4180.
RowsOrStatus OpenTsv(const std::string& path);
RowsOrStatus OpenCsv(const std::string& path);

// A JSON object a line. Nested keys have a '.' between them ("meta.caption", "boxes.0.name"). Numbers are text, the
// shortest that means them; a list of numbers is one cell of single precision, a list of strings one cell of several values; null is no cell. Further,
// a file that is one JSON list of objects (read whole).
RowsOrStatus OpenJsonLines(const std::string& path);
RowsOrStatus OpenJson(const std::string& path);

// COCO's annotations (cocodataset.org, "Data format"), read whole: a row for each annotation: `file`, the picture's file name,
// with its `image_id`; `caption` or `category`, a name; and the annotation's other keys.
RowsOrStatus OpenCoco(const std::string& path);

// `id` (which is the key), `description`, `sequence`; of UniProt's headers also `accession`, `entry`, `protein`, `organism`
// and `gene` (uniprot.org, "FASTA headers").
RowsOrStatus OpenFasta(const std::string& path);
// As FASTA with `quality`, of four lines a record.
RowsOrStatus OpenFastq(const std::string& path);
// A row for each feature of options.feature: its qualifiers (`gene`, `product`, `translation`), `sequence` (its bases),
// `record`, `organism`, `location`.
RowsOrStatus OpenGenBank(const std::string& path, const RowOptions& options);

// WebDataset: consecutive files of a tar of one name up to its first '.' are a row; each cell is called by the rest of the
// name ("jpg", "txt", "seg.png"); a ".json" by its keys ("json.caption").
RowsOrStatus OpenTar(const std::string& path);
// TFRecord of tf.Example: its features.
RowsOrStatus OpenTfRecord(const std::string& path);

// Arrays: `value`. NumPy's .npy: numbers, a row for each place of the first axis. IDX: of one axis a number, of more numbers;
// of three (or four, with channels) a picture as PNG.
RowsOrStatus OpenNpy(const std::string& path);
RowsOrStatus OpenIdx(const std::string& path);
// CIFAR's binary version: `image` as PNG and `label`; of CIFAR-100 `coarse_label` and `fine_label`; numbers.
RowsOrStatus OpenCifar(const std::string& path, int labels);

// A folder of files: `file`, its absolute path; `class`, the name of the folder in this one where it stands; `name`, without ending.
RowsOrStatus OpenFileFolder(const std::string& path, const RowOptions& options);
// LibriSpeech: SPEAKER/CHAPTER/SPEAKER-CHAPTER.trans.txt with lines "ID TEXT" beside ID.flac: `file`, `text`, `id`,
// `speaker`, `chapter`.
RowsOrStatus OpenLibriSpeech(const std::string& path);

}  // namespace t2t

#endif  // T2T_PROBLEMS_ROWS_FORMATS_H_
