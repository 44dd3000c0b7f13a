#include "base/random.h"

#include <openssl/rand.h>

#include "base/check.h"

namespace lepton {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  check(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1,
        "the random generator is seeded");
  return bytes;
}

}  // namespace lepton
