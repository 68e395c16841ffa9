#!/bin/bash
# initrd.sh KERNEL_ROOT OUT GUEST_SCRIPT: an initramfs that mounts the host's root, shared read-only by
# virtiofs, lays a tmpfs over it and runs GUEST_SCRIPT, a path on the host, as process 1.
set -euo pipefail
root=$1 out=$2 guest=$3
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree"/{bin,proc,sys,dev,newroot,mod,ro,rw}
cp "$(command -v busybox)" "$tree/bin/busybox"
modules=(virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci fuse virtiofs overlay veth)
modules+=(crc32c_generic crc32c-intel libcrc32c nfnetlink nf_tables nft_counter nft_numgen sch_netem)
for module in "${modules[@]}"; do # what is not found is built in
  find "$root" -path '*/lib/modules/*' -name "$module.ko*" -exec cp {} "$tree/mod/" \;
done
xz -dq "$tree"/mod/*.xz 2>/dev/null || true
# Three rounds: which module needs which differs by kernel.
cat > "$tree/init" <<EOT
#!/bin/busybox sh
b=/bin/busybox
\$b mount -t proc proc /proc; \$b mount -t sysfs sys /sys; \$b mount -t devtmpfs dev /dev
for round in 1 2 3; do for m in /mod/*.ko; do \$b insmod \$m 2>/dev/null; done; done
\$b mount -t virtiofs -o ro host /ro
\$b mount -t tmpfs tmpfs /rw; \$b mkdir /rw/upper /rw/work
\$b mount -t overlay -o lowerdir=/ro,upperdir=/rw/upper,workdir=/rw/work overlay /newroot
for d in proc sys dev; do \$b mount --move /\$d /newroot/\$d; done
exec \$b switch_root /newroot /bin/bash $guest
EOT
chmod +x "$tree/init"
(cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) > "$out"
