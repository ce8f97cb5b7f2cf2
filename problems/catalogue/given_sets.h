// Well-known data sets that are read from the user's own copy (given_problem.h): --source NAME=PATH.
//
//   image_mnist                        --source mnist=FOLDER        the four IDX files, .gz or not
//   image_cifar[:classes=10|100|20]    --source cifar=FOLDER        the binary version; 20 are CIFAR-100's coarse classes
//   caption_coco                       --source coco=FOLDER         annotations/captions_*.json, train2017/, val2017/
//   caption_openmoji                   --source openmoji=FOLDER     openmoji.json and PNGs called by their code points
//   speech_librispeech                 --source librispeech=FOLDER  train-*/, dev-*/, test-*/
//   speech_common_voice[:lang=en]      --source common_voice=FOLDER clips/, train.tsv, dev.tsv, test.tsv
//   translate_wmt[:from=de,to=en]      --source wmt=PATH            files NAME.de and NAME.en, or .tsv of two columns
//   lm_wikitext                        --source wikitext=FOLDER     wiki.train.tokens, wiki.valid.tokens, wiki.test.tokens
//   protein_to_text_uniprot[:what=protein|organism]  --source uniprot=FILE   FASTA
#ifndef T2T_PROBLEMS_CATALOGUE_GIVEN_SETS_H_
#define T2T_PROBLEMS_CATALOGUE_GIVEN_SETS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "problems/problem.h"

namespace t2t {

absl::StatusOr<std::unique_ptr<Problem>> MakeImageMnist(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeImageCifar(const ProblemParameters& parameters);
// test is the set's val; of a picture's captions those behind the first are alternatives where it is held out.
absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionCoco(const ProblemParameters& parameters);
// The packages of OpenMoji hold drawings as SVG alone. An emoji in all its skin tones is in one split.
absl::StatusOr<std::unique_ptr<Problem>> MakeCaptionOpenMoji(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechLibriSpeech(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeSpeechCommonVoice(const ProblemParameters& parameters);
// Files whose names begin with newstest are held out: the last by name is test, those before it valid; so are names that begin
// with dev, newsdev or valid, and test.
absl::StatusOr<std::unique_ptr<Problem>> MakeTranslateWmt(const ProblemParameters& parameters);
absl::StatusOr<std::unique_ptr<Problem>> MakeLmWikiText(const ProblemParameters& parameters);
// Groups are the entry names without their species: HBA of HBA_HUMAN and HBA_MOUSE. In Swiss-Prot that keeps proteins together
// that one name calls, in most cases homologues; it is no split by similarity, which half a million sequences would not allow.
absl::StatusOr<std::unique_ptr<Problem>> MakeProteinToTextUniProt(
    const ProblemParameters& parameters);

}  // namespace t2t

#endif  // T2T_PROBLEMS_CATALOGUE_GIVEN_SETS_H_
