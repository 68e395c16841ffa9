// Asks a server for /ready until something comes in, then for /shared?NUMBER with goroutines that share connections.
// Stacks of goroutines grow meanwhile, which moves them.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

const goroutines = 16

var client = &http.Client{Transport: &http.Transport{
	TLSClientConfig:     &tls.Config{InsecureSkipVerify: true},
	MaxConnsPerHost:     4,
	MaxIdleConnsPerHost: 4,
}}

func ask(depth int, url string) {
	var room [1024]byte
	if depth > 0 {
		ask(depth-1, url)
		room[depth] = 1
		return
	}
	answer, err := client.Get(url)
	if err != nil {
		panic(err)
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
}

func main() {
	url := os.Args[1]
	count, _ := strconv.Atoi(os.Args[2])
	begun := make(chan bool)
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		close(begun)
	}()
	for isWaiting := true; isWaiting; {
		ask(0, url+"/ready")
		select {
		case <-begun:
			isWaiting = false
		case <-time.After(100 * time.Millisecond):
		}
	}
	var all sync.WaitGroup
	for first := 0; first < goroutines; first++ {
		all.Add(1)
		go func(first int) {
			defer all.Done()
			for number := first; number < count; number += goroutines {
				ask(number%50, fmt.Sprintf("%s/shared/%d", url, number))
			}
		}(first)
	}
	all.Wait()
}
