#include "native/uploaded_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/random.h"

namespace lepton::native {

UploadedFile::UploadedFile(std::filesystem::path const& directory)
    : path_(directory / to_base32(random_bytes(10))),
      fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
  if (!fd_.open()) throw_errno("cannot keep the upload");
}

UploadedFile::~UploadedFile() {
  ::unlink(path_.c_str());
}

}  // namespace lepton::native
