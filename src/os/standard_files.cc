#include "os/standard_files.h"

#include <fcntl.h>
#include <unistd.h>

namespace os {

void open_standard_files() {
  int fd = 0;
  do fd = open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

}  // namespace os
